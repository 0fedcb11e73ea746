import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTables,
  dropTables,
  id,
  instant,
  int,
  optional,
  ref,
  string,
  text,
  type TableSpec,
} from './table-builder.ts';

const sparkRuns: TableSpec = {
  name: 'spark_runs',
  columns: [
    id(),
    ref('workspace'),
    ref('job'),
    string('purpose', 32),
    int('attempt'),
    string('engineId', 128),
    string('folder', 512),
    string('status', 16),
    optional(text('words')),
    optional(text('tail')),
    text('next'),
    instant('submittedAt'),
    instant('updatedAt'),
    optional(instant('finishedAt')),
  ],
  unique: [['job', 'purpose', 'attempt'], ['engineId']],
};

/** Runs on EMR, which outlive the worker that asked for them. */
export class SparkRuns1763900000000 implements MigrationInterface {
  readonly name = 'SparkRuns1763900000000';
  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, [sparkRuns]);
  }
  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, [sparkRuns]);
  }
}
