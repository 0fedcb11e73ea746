import { z } from 'zod';
import { columnName, id, name, timestamp } from './primitives.ts';

const secret = z.string().min(1).max(1000);

/** Where Amplitude keeps a project, or a URL that answers as its Export API does. */
export const amplitudeSettings = z.union([
  z.strictObject({ region: z.enum(['us', 'eu']) }),
  z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(500) }),
]);
export type AmplitudeSettings = z.output<typeof amplitudeSettings>;
export const amplitudeCredentials = z.strictObject({ apiKey: secret, secretKey: secret });

/** A user of a database, as AWS's own services keep one in a secret. */
export const databaseCredentials = z.strictObject({ username: secret, password: secret });

/** A PostgreSQL or MySQL server. */
export const databaseSettings = z.strictObject({
  host: z.string().trim().min(1).max(255),
  /** Of the engine when left out: 5432 or 3306. */
  port: z.int().min(1).max(65535).optional(),
  database: z.string().min(1).max(128),
  /** Without TLS only hosts that the operator has allowed are spoken to. */
  tls: z.enum(['required', 'off']).default('required'),
  /** In PEM, of who signed the server's certificate, when it is nobody that Node trusts (as with Amazon RDS). */
  certificateAuthority: z
    .string()
    .trim()
    .startsWith('-----BEGIN CERTIFICATE-----', 'a certificate in PEM')
    .max(30_000)
    .optional(),
});
export type DatabaseSettings = z.output<typeof databaseSettings>;

/** A Redshift cluster or Serverless workgroup of the account and region that Foretell runs in. */
export const redshiftSettings = z
  .strictObject({
    /** The identifier of a provisioned cluster. */
    cluster: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,62}$/, 'a cluster identifier')
      .optional(),
    /** The name of a Serverless workgroup. */
    workgroup: z
      .string()
      .regex(/^[a-z0-9-]{3,64}$/, 'the name of a workgroup')
      .optional(),
    database: z.string().min(1).max(64),
    /** What Redshift writes the rows into the lake as: a role that is attached to the cluster or the namespace. */
    unloadRole: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
        'the ARN of a role: arn:aws:iam::<account>:role/<name>',
      ),
  })
  .refine(({ cluster, workgroup }) => (cluster === undefined) !== (workgroup === undefined), {
    path: ['workgroup'],
    error: 'either a workgroup or a cluster is expected',
  });
export type RedshiftSettings = z.output<typeof redshiftSettings>;

const warehouseKinds = ['postgresql', 'mysql', 'redshift'] as const;
export const isWarehouse = (kind: string): kind is (typeof warehouseKinds)[number] =>
  warehouseKinds.some((known) => known === kind);

/** A source outside Foretell. The credentials go to Secrets Manager at once, and are never shown again. */
export const connectionRequest = z
  .discriminatedUnion('kind', [
    z.strictObject({
      name,
      kind: z.literal('amplitude'),
      settings: amplitudeSettings,
      credentials: amplitudeCredentials,
    }),
    z.strictObject({
      name,
      kind: z.enum(['postgresql', 'mysql']),
      settings: databaseSettings,
      credentials: databaseCredentials,
    }),
    z.strictObject({
      name,
      kind: z.literal('redshift'),
      settings: redshiftSettings,
      credentials: databaseCredentials,
    }),
  ])
  .meta({ id: 'ConnectionRequest' });
export type ConnectionRequest = z.output<typeof connectionRequest>;
/**
 * What changes of a connection; `kind` is the one it has. Other settings need the credentials again: kept ones would
 * otherwise go wherever whoever may edit sends them.
 */
export const connectionChange = z
  .discriminatedUnion('kind', [
    z.strictObject({
      name: name.optional(),
      kind: z.literal('amplitude'),
      settings: amplitudeSettings.optional(),
      credentials: amplitudeCredentials.optional(),
    }),
    z.strictObject({
      name: name.optional(),
      kind: z.enum(['postgresql', 'mysql']),
      settings: databaseSettings.optional(),
      credentials: databaseCredentials.optional(),
    }),
    z.strictObject({
      name: name.optional(),
      kind: z.literal('redshift'),
      settings: redshiftSettings.optional(),
      credentials: databaseCredentials.optional(),
    }),
  ])
  .meta({ id: 'ConnectionChange' });
export type ConnectionChange = z.output<typeof connectionChange>;
/** What answered when a connection was tried. */
export const connectionTested = z.object({ server: z.string() }).meta({ id: 'ConnectionTested' });
export const connection = z
  .object({
    id,
    name: z.string(),
    kind: z.enum(['amplitude', ...warehouseKinds]),
    settings: z.record(z.string(), z.unknown()),
    createdAt: timestamp,
  })
  .meta({ id: 'Connection' });
export type Connection = z.output<typeof connection>;

/** Hours from one scheduled import to the next; never when left out. */
const everyHours = z
  .int()
  .min(1)
  .max(24 * 31)
  .optional();

/** Every event uploaded to Amplitude since `from`, in whole hours of UTC. */
export const amplitudeSource = z.strictObject({
  kind: z.literal('amplitude'),
  connection: id,
  from: timestamp,
  everyHours,
});

/** What is asked of a warehouse: one SELECT, run in a transaction that can only read, or unloaded. */
export const warehouseQuery = z.strictObject({
  query: z.string().trim().min(1).max(20_000),
  /**
   * A column of the query's whose values only grow: an import brings the rows beyond the last one's. Without it every
   * import brings all rows, and they take the place of those before.
   */
  incrementalColumn: columnName.optional(),
  /** A column that names a row: of rows with one name the newest stays. */
  keyColumn: columnName.optional(),
  /** How long the database may take to answer. */
  timeoutSeconds: z
    .int()
    .min(1)
    .max(6 * 3600)
    .default(3600),
});
export type WarehouseQuery = z.output<typeof warehouseQuery>;
export const warehouseSource = warehouseQuery.extend({
  kind: z.literal('warehouse'),
  connection: id,
  everyHours,
});

/**
 * Import from the dataset's source again: what is new, or for Amplitude alone also the hours since `from`, should they hold
 * events that came late. No event is taken twice.
 */
export const importRequest = z.strictObject({ from: timestamp.optional() }).meta({ id: 'ImportRequest' });
