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
  text,
  type TableSpec,
} from './table-builder.ts';

const added: TableSpec[] = [
  {
    name: 'dataset_sources',
    columns: [
      id('dataset'),
      ref('workspace'),
      ref('connection'),
      text('settings'),
      optional(int('everyHours')),
      optional(instant('nextAt')),
    ],
    indexes: [['nextAt'], ['connection']],
  },
  {
    name: 'import_chunks',
    columns: [
      id(),
      ref('workspace'),
      ref('dataset'),
      ref('job'),
      int('fromHour'),
      int('toHour'),
      optional(string('manifestKey', 512)),
      bigint('rows'),
      optional(int('featureSet')),
      instant('createdAt'),
    ],
    unique: [['job', 'fromHour']],
    indexes: [['dataset']],
  },
];

/** Where datasets' rows come from by themselves, and how far they have come. */
export class Sources1763921000000 implements MigrationInterface {
  readonly name = 'Sources1763921000000';
  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, added);
  }
  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, added);
  }
}
