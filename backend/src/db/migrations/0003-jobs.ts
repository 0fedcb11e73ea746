import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { addColumns, dropColumns, instant, int, optional, ref, text } from './table-builder.ts';

const columns = {
  jobs: [
    { ...int('attempt'), default: 1 },
    optional(text('history')),
    optional(text('payload')),
    optional(ref('message')),
    optional(instant('startedAt')),
    optional(instant('heartbeatAt')),
  ],
  outbox: [optional(ref('workspace')), optional(ref('job'))],
};
const indexes = [
  { table: 'jobs', columnNames: ['status', 'heartbeatAt'] },
  { table: 'outbox', columnNames: ['job'] },
];
const named = ({ table, columnNames }: (typeof indexes)[number]) =>
  new TableIndex({ name: `${table}_${columnNames.join('_')}`, columnNames });

/** What cancelling, retrying, sweeping and sharing workers out fairly need to know of a job. */
export class Jobs1763900100000 implements MigrationInterface {
  readonly name = 'Jobs1763900100000';
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, added] of Object.entries(columns)) await addColumns(runner, table, added);
    for (const index of indexes) await runner.createIndex(index.table, named(index));
  }
  async down(runner: QueryRunner): Promise<void> {
    for (const index of indexes) await runner.dropIndex(index.table, named(index));
    for (const [table, added] of Object.entries(columns)) await dropColumns(runner, table, added);
  }
}
