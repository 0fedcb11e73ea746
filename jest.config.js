/** One project a kind of test: `unit` needs no network, `integration` starts real parts (see local/src/testing). */
const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '\\.tsx?$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript', tsx: false } }, module: { type: 'es6' } },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/.foretell', '<rootDir>/.tools', '<rootDir>/cdktf.out', '/dist/'],
};

export default {
  // Far above what a test takes, unless it says otherwise: the machine may be slow or busy.
  testTimeout: 120_000,
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['**/src/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.integration\\.test\\.ts$', '/node_modules/', '<rootDir>/infra/'],
    },
    {
      ...base,
      displayName: 'infra',
      testMatch: ['<rootDir>/infra/src/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.integration\\.test\\.ts$', '/node_modules/'],
      setupFilesAfterEnv: ['<rootDir>/infra/test-setup.ts'],
    },
    { ...base, displayName: 'integration', testMatch: ['**/*.integration.test.ts'] },
  ],
};
