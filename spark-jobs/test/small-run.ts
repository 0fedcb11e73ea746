import type { RunManifest } from '../src/job.ts';
import { sparkConf } from '../src/conf.ts';
import type { RunRequest } from '../src/spark/training-set-runner.ts';

/** A run of one statement, for tests that care for how it is submitted. */
export const smallRun: RunRequest = {
  folder: 'workspaces/w/models/m/training-sets/3/',
  source: { paths: ['s3://lake/part-00000.parquet'], rows: 1, columns: new Map() },
  job: {
    conf: sparkConf,
    statements: [{ view: 'one', sql: 'SELECT CAST(1 AS BIGINT) AS n', cached: false }],
    outputs: [{ view: 'one', file: 'one.parquet' }],
    manifest: { figures: ['one'], columns: [{ column: 'n', meaning: 'one' }] },
  },
};

/** A run that trains as well. */
export const trainingRun: RunRequest = {
  ...smallRun,
  job: {
    ...smallRun.job,
    training: {
      from: 'one.parquet',
      statements: [],
      wanted: 'wanted',
      rows: 'fit_rows',
      inputs: ['x0'],
      categorical: [],
      learner: 'LightGBMClassifier',
      objective: 'binary',
      rounds: 10,
      patience: 3,
      parameters: {},
      outputs: [],
    },
  },
};

export const smallManifest: RunManifest = {
  version: 1,
  engine: 'spark 3.5.6',
  job: 'a'.repeat(64),
  files: [{ file: 'one.parquet/part-0.parquet', rows: 1, bytes: 400 }],
  columns: [{ column: 'n', meaning: 'one' }],
  figures: { n: 1 },
};

/** The settings a job is submitted with, as training-sets are measured and tested under them. */
export const submittedConf = [
  ['spark.sql.session.timeZone', 'UTC'],
  ['spark.sql.ansi.enabled', 'true'],
  ['spark.sql.ansi.doubleQuotedIdentifiers', 'true'],
  ['spark.sql.legacy.storeAnalyzedPlanForView', 'true'],
  ['spark.sql.parquet.outputTimestampType', 'TIMESTAMP_MICROS'],
].flatMap(([name, value]) => ['--conf', `${name ?? ''}=${value ?? ''}`]);
