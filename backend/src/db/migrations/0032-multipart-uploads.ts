import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, dropColumns, optional, string } from './table-builder.ts';

const columns = [optional(string('multipartId', 1024))];

/** S3's id of an upload that comes by parts. */
export class MultipartUploads1763932000000 implements MigrationInterface {
  readonly name = 'MultipartUploads1763932000000';
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'uploads', columns);
  }
  async down(runner: QueryRunner): Promise<void> {
    await dropColumns(runner, 'uploads', columns);
  }
}
