import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ExperimentRow } from '@foretell/backend/db/serving';
import { unloadedRows } from '@foretell/backend/db/warehouses/redshift/unload-sql';
import { experimentRules, metric, type Metric } from '@foretell/core/contracts/experiments';
import { loadAssignments } from '../assignments/load-assignments.ts';
import { moveWatermark, readWatermark } from '../assignments/exposure-watermark.ts';
import { loadMetricEvents } from '../metrics/load-metric-events.ts';
import { takeLook } from '../metrics/take-look.ts';
import { createMemoryLake } from '../testing/memory-lake.ts';
import { withSchema } from './schema.ts';
import type { Warehouse } from './warehouse.ts';

const python = fileURLToPath(new URL('../../../.tools/test/bin/python', import.meta.url));
const parser = fileURLToPath(new URL('../testing/parse-redshift.py', import.meta.url));
const withParser = existsSync(python) ? test : test.skip;

/**
 * What the Database Developer Guide of Amazon Redshift lists: SQL commands, conditions, data types, and functions that run
 * on compute nodes. Names are the parser's. Whatever is not here fails the test until its page was read.
 */
const valid = new Set([
  // SELECT with WITH [RECURSIVE], joins, UNION ALL, ORDER BY, LIMIT; windows; CASE.
  ...['Select', 'From', 'Join', 'Where', 'Group', 'Order', 'Ordered', 'Limit', 'With', 'CTE', 'TableAlias'],
  ...['Union', 'Subquery', 'Window', 'RowNumber', 'Alias', 'Column', 'Table', 'Identifier', 'Star', 'Paren'],
  ...[
    'Literal',
    'Null',
    'Boolean',
    'Placeholder',
    'Parameter',
    'Var',
    'Tuple',
    'Interval',
    'CASE',
    'WHEN of CASE',
  ],
  // Operators.
  ...[
    'AND',
    'OR',
    'Not',
    'EQ',
    'NEQ',
    'GT',
    'GTE',
    'LT',
    'LTE',
    'In',
    'Is',
    'Add',
    'Sub',
    'Mul',
    'Mod',
    'Neg',
  ],
  ...['BitwiseAnd', 'WithinGroup'],
  // Functions; FROM_BASE is the parser's name of STRTOL.
  ...['COUNT', 'SUM', 'MIN', 'MAX', 'COALESCE', 'LEAST', 'GREATEST', 'PERCENTILE_CONT', 'ROW_NUMBER', 'CAST'],
  ...['SUBSTRING', 'LENGTH', 'FROM_BASE', 'TO_VARBYTE', 'HEX', 'LOWER_HEX', 'TO_HEX'],
  // Types.
  ...[
    'DataType',
    'DataTypeParam',
    'type VARCHAR',
    'type INT',
    'type BIGINT',
    'type DOUBLE',
    'type TIMESTAMP',
  ],
  // CREATE TABLE with DISTKEY and SORTKEY, CREATE TEMP TABLE AS, ALTER TABLE ADD COLUMN.
  ...['Create', 'Schema', 'ColumnDef', 'ColumnConstraint', 'NotNullColumnConstraint', 'Properties'],
  ...['DistKeyProperty', 'SortKeyProperty', 'TemporaryProperty', 'Alter'],
  // INSERT, DELETE, MERGE with both WHEN clauses, COPY.
  ...[
    'Insert',
    'Values',
    'Delete',
    'Merge',
    'Whens',
    'When',
    'Update',
    'Copy',
    'CopyParameter',
    'Credentials',
  ],
]);

/** The parser knows no LOCK; Redshift does. */
const lock = /^LOCK TABLE \w+$/;

interface Parsed {
  error: string | null;
  constructs: string[];
}

function parsed(statements: readonly string[]): Parsed[] {
  const run = spawnSync(python, [parser], { input: JSON.stringify(statements), encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Parsed[];
}

const unknownOf = ({ error, constructs }: Parsed) =>
  error === null ? constructs.filter((construct) => !valid.has(construct)) : [error];

/** A warehouse that answers nothing and remembers what it was asked. */
function recordingWarehouse() {
  const asked = new Set<string>();
  const warehouse: Warehouse = {
    query: (sql) => {
      asked.add(sql);
      return Promise.resolve([]);
    },
    transaction: (statements) => {
      for (const sql of statements) asked.add(sql);
      return Promise.resolve();
    },
  };
  return { warehouse: withSchema(warehouse), asked };
}

const id = '00000000-0000-7000-8000-000000000001';
const at = '2026-01-01T00:00:00.000Z';
const define = (name: string, more: Partial<Metric>): Metric =>
  metric.parse({ name, kind: 'count', dataset: id, unitColumn: 'unit', ...more });
const experiment: ExperimentRow = {
  id,
  workspace: id,
  model: id,
  modelVersion: 1,
  deployment: id,
  status: 'running',
  runningModel: id,
  seed: "a seed with ' in it",
  split: 0.5,
  fallback: { kind: 'random' },
  metrics: [
    define('any', { kind: 'conversion' }),
    define('bought', { kind: 'conversion', valueColumn: 'paid', cuped: true }),
    define('events', {}),
    define('big events', { valueColumn: 'paid' }),
    define('spent', { kind: 'sum', valueColumn: 'paid', cuped: true }),
    define('capped', { kind: 'sum', valueColumn: 'paid', winsorizeAt: 0.99, windowHours: 0.5 }),
    define('per item', { kind: 'ratio', valueColumn: 'paid', denominatorColumn: 'items' }),
  ],
  rules: experimentRules.parse({}),
  startedAt: at,
  endedAt: null,
  conclusion: null,
};

async function everyStatement(): Promise<string[]> {
  const { warehouse, asked } = recordingWarehouse();
  const deps = { warehouse, lake: createMemoryLake(), copyRoleArn: 'arn:aws:iam::000000000000:role/copy' };
  await loadAssignments(
    deps,
    [{ experiment: id, unit: 'u', group: 'model', exposedAt: at }],
    moveWatermark('shard', at),
  );
  await readWatermark(warehouse, 'shard');
  const event = { dataset: id, unitColumn: 'unit', recordId: 'r', event: 'record', unit: 'u' };
  await loadMetricEvents(deps, [{ ...event, occurredAt: new Date(at), value: null, receivedAt: null }]);
  await takeLook(warehouse, experiment, at);
  return [...asked];
}

withParser('every statement the workers send is made only of what Redshift documents', async () => {
  const statements = (await everyStatement()).filter((sql) => !lock.test(sql));
  expect(statements.length).toBeGreaterThan(20);
  const found = parsed(statements).map((each, i) => ({ unknown: unknownOf(each), sql: statements[i] }));
  expect(found.filter(({ unknown }) => unknown.length > 0)).toEqual([]);
});

withParser("what is put around a customer's query is made of it, too", () => {
  const query = 'SELECT id FROM orders -- all';
  const statements = [
    { query, beyond: null, inOrder: false },
    { query, beyond: { column: 'at', after: null }, inOrder: true },
    { query, beyond: { column: 'at', after: "it's" }, inOrder: false },
  ].map(unloadedRows);
  expect(parsed(statements).map(unknownOf)).toEqual([[], [], []]);
});

withParser('what only Postgres understands is found', () => {
  const foreign = [
    'SELECT COUNT(*) FILTER (WHERE a > 1) FROM t',
    'SELECT DISTINCT ON (a) a FROM t',
    'INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING',
    'INSERT INTO t (a) VALUES (1) RETURNING a',
    'SELECT GENERATE_SERIES(1, 10)',
    'SELECT a::jsonb FROM t',
    'SELECT * FROM t, LATERAL (SELECT 1) AS s',
    'SELECT ARRAY_AGG(a) FROM t',
    'SELECT IF(a, 1, 2) FROM t',
    'SELECT a FROM t WHERE a ~ $$x$$ AND',
  ];
  const missed = parsed(foreign).flatMap((each, i) => (unknownOf(each).length > 0 ? [] : [foreign[i]]));
  expect(missed).toEqual([]);
});
