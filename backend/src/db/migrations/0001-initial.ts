import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigint,
  createTables,
  double,
  dropTables,
  id,
  instant,
  int,
  optional,
  ref,
  string,
  text,
  type TableSpec,
} from './table-builder.ts';

const people: TableSpec[] = [
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

const data: TableSpec[] = [
  {
    name: 'uploads',
    columns: [
      id(),
      ref('workspace'),
      string('filename', 255),
      bigint('bytes'),
      string('key', 512),
      instant('createdAt'),
      instant('expiresAt'),
    ],
    indexes: [['workspace']],
  },
  {
    name: 'datasets',
    columns: [
      id(),
      ref('workspace'),
      string('name', 120),
      string('source', 16),
      optional(string('timeColumn', 255)),
      string('status', 16),
      optional(int('latestFeatureSet')),
      optional(bigint('rows')),
      optional(text('schema')),
      instant('createdAt'),
      instant('updatedAt'),
    ],
    indexes: [['workspace']],
  },
  {
    name: 'feature_sets',
    columns: [
      id(),
      ref('workspace'),
      ref('dataset'),
      int('n'),
      ref('job'),
      optional(bigint('rows')),
      optional(int('columns')),
      optional(bigint('bytes')),
      instant('createdAt'),
      optional(instant('readyAt')),
    ],
    unique: [['dataset', 'n'], ['job']],
    indexes: [['workspace']],
  },
  {
    name: 'connections',
    columns: [
      id(),
      ref('workspace'),
      string('name', 120),
      string('kind', 16),
      string('secretRef', 512),
      text('settings'),
      instant('createdAt'),
    ],
    indexes: [['workspace']],
  },
];

const models: TableSpec[] = [
  {
    name: 'models',
    columns: [
      id(),
      ref('workspace'),
      string('name', 120),
      ref('dataset'),
      text('recipe'),
      optional(int('latestVersion')),
      optional(int('deployedVersion')),
      instant('createdAt'),
      instant('updatedAt'),
    ],
    indexes: [['workspace'], ['dataset']],
  },
  {
    name: 'trainings',
    columns: [
      id(),
      ref('workspace'),
      ref('model'),
      int('n'),
      ref('job'),
      text('parameters'),
      optional(int('modelVersion')),
      instant('createdAt'),
    ],
    unique: [['model', 'n'], ['job']],
    indexes: [['workspace']],
  },
  {
    name: 'model_versions',
    columns: [
      id(),
      ref('workspace'),
      ref('model'),
      int('n'),
      ref('training'),
      text('metrics'),
      text('card'),
      instant('createdAt'),
    ],
    unique: [['model', 'n'], ['training']],
    indexes: [['workspace']],
  },
  {
    name: 'online_features',
    columns: [
      id(),
      ref('workspace'),
      ref('model'),
      int('modelVersion'),
      int('n'),
      ref('job'),
      instant('asOf'),
      bigint('entities'),
      bigint('bytes'),
      instant('createdAt'),
    ],
    unique: [['model', 'n'], ['job']],
    indexes: [['workspace']],
  },
  {
    name: 'batch_predictions',
    columns: [
      id(),
      ref('workspace'),
      ref('model'),
      int('modelVersion'),
      ref('dataset'),
      int('featureSet'),
      optional(bigint('rows')),
      optional(string('manifestKey', 512)),
      instant('createdAt'),
      optional(instant('finishedAt')),
    ],
    indexes: [['workspace'], ['model']],
  },
];

const serving: TableSpec[] = [
  {
    name: 'deployments',
    columns: [
      id(),
      ref('workspace'),
      ref('model'),
      int('version'),
      optional(ref('experiment')),
      optional(ref('activeModel')),
      ref('createdBy'),
      instant('createdAt'),
      optional(instant('endedAt')),
    ],
    unique: [['activeModel']],
    indexes: [['workspace'], ['model']],
  },
  {
    name: 'experiments',
    columns: [
      id(),
      ref('workspace'),
      ref('model'),
      int('modelVersion'),
      ref('deployment'),
      string('status', 16),
      optional(ref('runningModel')),
      string('seed', 64),
      double('split'),
      text('fallback'),
      text('metrics'),
      text('rules'),
      instant('startedAt'),
      optional(instant('endedAt')),
      optional(text('conclusion')),
    ],
    unique: [['runningModel']],
    indexes: [['workspace'], ['model'], ['status']],
  },
  {
    name: 'experiment_looks',
    columns: [
      id('experiment'),
      { ...int('n'), isPrimary: true },
      ref('workspace'),
      instant('at'),
      text('look'),
      text('waitingFor'),
    ],
    indexes: [['workspace']],
  },
  {
    name: 'api_keys',
    columns: [
      id(),
      ref('workspace'),
      string('name', 120),
      string('selector', 32),
      string('verifier', 64),
      text('scopes'),
      optional(instant('expiresAt')),
      double('ratePerSecond'),
      int('burst'),
      optional(ref('replacedBy')),
      ref('createdBy'),
      instant('createdAt'),
      optional(instant('revokedAt')),
    ],
    unique: [['selector']],
    indexes: [['workspace']],
  },
];

const work: TableSpec[] = [
  {
    name: 'jobs',
    columns: [
      id(),
      ref('workspace'),
      string('type', 40),
      string('status', 16),
      double('progress'),
      string('step', 255),
      optional(text('error')),
      string('subjectKind', 16),
      ref('subjectId'),
      text('figures'),
      instant('createdAt'),
      instant('updatedAt'),
      optional(instant('finishedAt')),
    ],
    indexes: [['workspace', 'updatedAt'], ['subjectId']],
  },
  {
    name: 'outbox',
    columns: [
      id(),
      string('kind', 16),
      optional(string('queue', 40)),
      optional(text('body')),
      instant('createdAt'),
      optional(instant('claimedUntil')),
      optional(instant('sentAt')),
    ],
    indexes: [['sentAt', 'id']],
  },
  {
    name: 'notifications',
    columns: [
      id(),
      ref('workspace'),
      ref('user'),
      string('source', 120),
      string('kind', 60),
      string('title', 255),
      text('body'),
      optional(string('link', 512)),
      optional(instant('readAt')),
      instant('createdAt'),
    ],
    unique: [['workspace', 'user', 'source']],
    indexes: [['user', 'createdAt']],
  },
  {
    name: 'audit_events',
    columns: [
      id(),
      ref('workspace'),
      string('actor', 64),
      string('action', 60),
      string('subject', 120),
      text('detail'),
      instant('createdAt'),
    ],
    indexes: [['workspace', 'createdAt']],
  },
];

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
