import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTables, dropTables, id, instant, int, type TableSpec } from './table-builder.ts';

const added: TableSpec[] = [
  { name: 'sign_ins', columns: [id('account'), int('tries'), instant('until')], indexes: [['until']] },
];

/** How many sign-ins an e-mail has had lately, counted over all replicas. */
export class SignIns1763929000000 implements MigrationInterface {
  readonly name = 'SignIns1763929000000';
  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, added);
  }
  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, added);
  }
}
