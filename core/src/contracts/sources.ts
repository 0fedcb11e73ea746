import { z } from 'zod';
import { id, name, timestamp } from './primitives.ts';

const secret = z.string().min(1).max(1000);
const host = z.string().min(1).max(253);

/** Where Amplitude keeps a project, or a URL that answers as its Export API does. */
export const amplitudeSettings = z.union([
  z.strictObject({ region: z.enum(['us', 'eu']) }),
  z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(500) }),
]);
export type AmplitudeSettings = z.output<typeof amplitudeSettings>;
export const amplitudeCredentials = z.strictObject({ apiKey: secret, secretKey: secret });

export const databaseSettings = z.strictObject({
  engine: z.enum(['postgres', 'mysql']),
  host,
  port: z.int().min(1).max(65_535).optional(),
  database: z.string().min(1).max(200),
  /** `required` unless the operator has allowed the host. */
  tls: z.enum(['required', 'off']).default('required'),
});
export type DatabaseSettings = z.output<typeof databaseSettings>;
export const databaseCredentials = z.strictObject({ user: secret, password: z.string().max(1000) });

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
      kind: z.literal('warehouse'),
      settings: databaseSettings,
      credentials: databaseCredentials,
    }),
  ])
  .meta({ id: 'ConnectionRequest' });
export type ConnectionRequest = z.output<typeof connectionRequest>;
export const connection = z
  .object({
    id,
    name: z.string(),
    kind: z.enum(['amplitude', 'warehouse']),
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
/** What a query answers: one statement that only reads. */
export const warehouseSource = z.strictObject({
  kind: z.literal('warehouse'),
  connection: id,
  query: z.string().trim().min(1).max(20_000),
  everyHours,
});

/**
 * Import from the dataset's source again: what is new, or for Amplitude also the hours since `from`, should they hold
 * events that came late. No event is taken twice.
 */
export const importRequest = z.strictObject({ from: timestamp.optional() }).meta({ id: 'ImportRequest' });
