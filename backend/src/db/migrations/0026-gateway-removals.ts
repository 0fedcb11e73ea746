import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTables, dropTables, id, instant, type TableSpec } from './table-builder.ts';

const added: TableSpec[] = [
  { name: 'gateway_removals', columns: [id('apiKey'), instant('dueAt')], indexes: [['dueAt']] },
];

/** When which API keys leave API Gateway. */
export class GatewayRemovals1763926000000 implements MigrationInterface {
  readonly name = 'GatewayRemovals1763926000000';
  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, added);
  }
  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, added);
  }
}
