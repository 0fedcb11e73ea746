import { z } from 'zod';
import { id, name, timestamp } from './primitives.ts';

const secret = z.string().min(1).max(1000);

/** Where Amplitude keeps a project, or a URL that answers as its Export API does. */
export const amplitudeSettings = z.union([
  z.strictObject({ region: z.enum(['us', 'eu']) }),
  z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(500) }),
]);
export type AmplitudeSettings = z.output<typeof amplitudeSettings>;
export const amplitudeCredentials = z.strictObject({ apiKey: secret, secretKey: secret });

/** The message of a source's `kind` that is known, but not imported from yet; zod's own for any other. */
export const notOffered = ({ input }: { input?: unknown }): string | undefined =>
  z.looseObject({ kind: z.literal('warehouse') }).safeParse(input).success
    ? 'Imports from a warehouse are not offered yet: upload a file, or send the rows by the API.'
    : undefined;

/** A source outside Foretell. The credentials go to Secrets Manager at once, and are never shown again. */
export const connectionRequest = z
  .discriminatedUnion(
    'kind',
    [
      z.strictObject({
        name,
        kind: z.literal('amplitude'),
        settings: amplitudeSettings,
        credentials: amplitudeCredentials,
      }),
    ],
    { error: notOffered },
  )
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

/** Every event uploaded to Amplitude since `from`, in whole hours of UTC. */
export const amplitudeSource = z.strictObject({
  kind: z.literal('amplitude'),
  connection: id,
  from: timestamp,
  /** Hours from one scheduled import to the next; never when left out. */
  everyHours: z
    .int()
    .min(1)
    .max(24 * 31)
    .optional(),
});

/**
 * Import from the dataset's source again: what is new, or for Amplitude also the hours since `from`, should they hold
 * events that came late. No event is taken twice.
 */
export const importRequest = z.strictObject({ from: timestamp.optional() }).meta({ id: 'ImportRequest' });
