import { bigint, id, instant, int, optional, ref, string, text, type TableSpec } from '../table-builder.ts';

export const data: TableSpec[] = [
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
