import type { MigrationInterface, QueryRunner } from 'typeorm';
import { data } from './0001-initial/data.ts';
import { models } from './0001-initial/models.ts';
import { people } from './0001-initial/people.ts';
import { serving } from './0001-initial/serving.ts';
import { work } from './0001-initial/work.ts';
import { createTables, dropTables } from './table-builder.ts';

const all = [...people, ...data, ...models, ...serving, ...work];

/** The control plane's tables. `name` orders migrations: TypeORM reads the 13 digits at its end. */
export class Initial1763800000000 implements MigrationInterface {
  readonly name = 'Initial1763800000000';
  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, all);
  }
  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, all);
  }
}
