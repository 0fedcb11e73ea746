import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  dropTables,
  id,
  instant,
  int,
  optional,
  ref,
  string,
  type TableSpec,
} from './table-builder.ts';

const added: TableSpec[] = [
  {
    name: 'record_files',
    columns: [
      id('batch'),
      ref('workspace'),
      ref('dataset'),
      string('key', 512),
      bigint('rows'),
      optional(int('featureSet')),
      instant('createdAt'),
    ],
    // Whatever was ever streamed is here: those that wait are found by it, also over all datasets.
    indexes: [['featureSet', 'dataset']],
  },
];

/** Which streamed records are in a feature set, and which still wait for one. */
export class RecordFiles1763927000000 implements MigrationInterface {
  readonly name = 'RecordFiles1763927000000';
  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, added);
  }
  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, added);
  }
}
