const ours = '^(core|backend|prediction-api|workers|spark-jobs|dashboard|infra|scripts|local|bench)/';
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: `^${from}/` },
  to: { path: ours, pathNot: [`^${from}/`, ...allowed] },
});
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only('core-imports-none-of-ours', 'core', []),
    only('backend-imports-core', 'backend', ['^core/', '^spark-jobs/src/', '^local/src/testing/']),
    only('prediction-api-imports-core', 'prediction-api', ['^core/', '^local/src/testing/']),
    only('workers-import-core-tables-and-jobs', 'workers', [
      '^core/',
      '^backend/src/db/',
      '^spark-jobs/src/',
      '^local/src/testing/',
      '^prediction-api/src/testing/',
    ]),
    only('spark-jobs-imports-core', 'spark-jobs', ['^core/', '^local/src/testing/']),
    only('dashboard-imports-contracts', 'dashboard', ['^core/src/contracts/', '^core/src/domain/']),
    only('infra-imports-core-and-env-types', 'infra', [
      '^core/',
      '^(backend|prediction-api|workers)/src/(sample/)?env\\.ts$',
    ]),
    {
      name: 'nobody-imports-infra',
      severity: 'error',
      from: { pathNot: '^(infra|scripts)/' },
      to: { path: '^infra/' },
    },
    {
      name: 'nobody-imports-local',
      severity: 'error',
      from: { pathNot: ['^(local|scripts|bench)/', '^workers/src/testing/', '\\.test\\.ts$'] },
      to: { path: '^local/' },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^core/src/domain/' },
      to: { path: '^(node:|core/src/node/)|pino|@aws-sdk' },
    },
    {
      name: 'contracts-are-browser-safe',
      severity: 'error',
      from: { path: '^core/src/contracts/' },
      to: { path: '^core/src/node/|^node:|@aws-sdk|pino' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist|cdktf\\.out)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
