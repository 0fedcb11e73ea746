import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTables, dropTables, id, instant, int, type TableSpec } from './table-builder.ts';

const added: TableSpec[] = [
  {
    name: 'connection_tests',
    columns: [id('account'), int('tries'), instant('until')],
    indexes: [['until']],
  },
];

/** How many connections a user and a workspace have tried lately, counted over all replicas. */
export class ConnectionTests1763934000000 implements MigrationInterface {
  readonly name = 'ConnectionTests1763934000000';
  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, added);
  }
  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, added);
  }
}
