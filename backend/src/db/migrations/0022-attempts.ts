import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, dropColumns, optional, string } from './table-builder.ts';

const columns = {
  model_versions: [optional(string('attempt', 16))],
  batch_predictions: [optional(string('partKey', 512))],
};

/** Which attempt's objects in the lake are a version's, and a batch prediction's. */
export class Attempts1763922000000 implements MigrationInterface {
  readonly name = 'Attempts1763922000000';
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, added] of Object.entries(columns)) await addColumns(runner, table, added);
  }
  async down(runner: QueryRunner): Promise<void> {
    for (const [table, added] of Object.entries(columns)) await dropColumns(runner, table, added);
  }
}
