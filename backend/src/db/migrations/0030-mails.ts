import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTables,
  dropTables,
  id,
  instant,
  optional,
  ref,
  string,
  text,
  type TableSpec,
} from './table-builder.ts';

const added: TableSpec[] = [
  {
    name: 'notification_settings',
    columns: [id('workspace'), id('user'), text('choices'), instant('updatedAt')],
  },
  {
    name: 'mails',
    columns: [
      id(),
      ref('workspace'),
      ref('user'),
      string('source', 120),
      string('kind', 60),
      string('title', 255),
      text('body'),
      optional(string('link', 512)),
      optional(string('tokenHash', 64)),
      optional(instant('claimedUntil')),
      optional(instant('sentAt')),
      instant('createdAt'),
    ],
    unique: [['workspace', 'user', 'source']],
    indexes: [['tokenHash'], ['createdAt']],
  },
];

/** Notifications by e-mail, and who wants which. */
export class Mails1763930000000 implements MigrationInterface {
  readonly name = 'Mails1763930000000';
  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, added);
  }
  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, added);
  }
}
