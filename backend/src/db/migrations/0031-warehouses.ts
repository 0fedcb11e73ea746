import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, dropColumns, optional, text } from './table-builder.ts';

const added = [optional(text('upTo'))];

/** How far an import from a warehouse has come by its incremental column. */
export class Warehouses1763931000000 implements MigrationInterface {
  readonly name = 'Warehouses1763931000000';
  up(runner: QueryRunner): Promise<void> {
    return addColumns(runner, 'import_chunks', added);
  }
  down(runner: QueryRunner): Promise<void> {
    return dropColumns(runner, 'import_chunks', added);
  }
}
