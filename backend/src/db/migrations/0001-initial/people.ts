import { id, instant, optional, ref, string, type TableSpec } from '../table-builder.ts';

export const people: TableSpec[] = [
  { name: 'workspaces', columns: [id(), string('name', 120), instant('createdAt')] },
  {
    name: 'users',
    columns: [id(), string('email', 254), string('passwordHash', 255), instant('createdAt')],
    unique: [['email']],
  },
  {
    name: 'memberships',
    columns: [id('workspace'), id('user'), string('role', 16), instant('createdAt')],
    indexes: [['user']],
  },
  {
    name: 'invitations',
    columns: [
      id(),
      ref('workspace'),
      string('email', 254),
      string('role', 16),
      string('tokenHash', 64),
      instant('createdAt'),
      instant('expiresAt'),
      optional(instant('acceptedAt')),
    ],
    unique: [['tokenHash']],
    indexes: [['workspace']],
  },
  {
    name: 'sessions',
    columns: [
      id(),
      string('tokenHash', 64),
      ref('user'),
      ref('workspace'),
      instant('createdAt'),
      instant('expiresAt'),
    ],
    unique: [['tokenHash']],
    indexes: [['user'], ['expiresAt']],
  },
  {
    name: 'teams',
    columns: [id(), ref('workspace'), string('name', 120), instant('createdAt')],
    unique: [['workspace', 'name']],
  },
  {
    name: 'team_members',
    columns: [id('team'), id('user'), ref('workspace'), instant('createdAt')],
    indexes: [['workspace', 'user']],
  },
];
