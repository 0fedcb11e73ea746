import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, dropColumns, optional, string } from './table-builder.ts';

const columns = [optional(string('keyColumn', 255))];

/** The column whose values go along with a batch's predictions. */
export class BatchPredictionKeys1763935000000 implements MigrationInterface {
  readonly name = 'BatchPredictionKeys1763935000000';
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'batch_predictions', columns);
  }
  async down(runner: QueryRunner): Promise<void> {
    await dropColumns(runner, 'batch_predictions', columns);
  }
}
