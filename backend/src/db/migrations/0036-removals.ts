import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTables,
  dropTables,
  id,
  instant,
  optional,
  ref,
  string,
  text,
  type TableSpec,
} from './table-builder.ts';

const added: TableSpec[] = [
  {
    name: 'removals',
    columns: [
      id(),
      ref('workspace'),
      string('kind', 16),
      text('besides'),
      instant('requestedAt'),
      optional(instant('finishedAt')),
    ],
  },
];

/** Datasets and models that were deleted, and what is still to be cleared of them. */
export class Removals1763936000000 implements MigrationInterface {
  readonly name = 'Removals1763936000000';
  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, added);
  }
  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, added);
  }
}
