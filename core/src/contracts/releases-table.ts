import { z } from 'zod';
import { colour } from './release-bake.ts';

/**
 * DynamoDB `releases`, one an environment: partition key `kind`, sort key `entry`, both strings.
 *
 * `ledger`, `<time>#<release>#<event>`  what was released; written once, never changed
 * `lock`,   `lock`                      who is releasing now
 */
export const releasesTable = { partitionKey: 'kind', sortKey: 'entry' } as const;

const releasedService = z.object({
  from: colour,
  to: colour,
  /** Tasks that the new colour was started with. */
  tasks: z.int().min(0),
});
const step = z.object({ name: z.string(), seconds: z.number() });

const common = {
  /** `<UTC time>-<short commit>`; sorts by time. */
  release: z.string().min(1),
  at: z.iso.datetime(),
  /** Whose hands. */
  by: z.string().min(1),
};
const ended = { seconds: z.number().min(0), steps: z.array(step) };

export const ledgerEvent = z.discriminatedUnion('event', [
  z.object({
    ...common,
    event: z.literal('started'),
    verb: z.enum(['deploy-staging', 'promote']),
    commit: z.string().regex(/^[0-9a-f]{40}$/),
    /** By image name: the digest. */
    images: z.record(z.string(), z.string().regex(/^sha256:[0-9a-f]{64}$/)),
    services: z.record(z.string(), releasedService),
    /** Of Terraform's saved plans at that commit, where there were any. */
    planHash: z.string().nullable(),
  }),
  z.object({ ...common, ...ended, event: z.literal('verified') }),
  /** Traffic is where it was before the release. */
  z.object({ ...common, ...ended, event: z.literal('failed'), code: z.string(), reason: z.string() }),
  /** A rollback has begun: `release` is left for `to`. */
  z.object({ ...common, event: z.literal('rolling-back'), to: z.string(), forced: z.boolean() }),
  z.object({ ...common, ...ended, event: z.literal('rolled-back'), to: z.string(), forced: z.boolean() }),
]);
export type LedgerEvent = z.output<typeof ledgerEvent>;

export const releaseLock = z.object({
  /** Of this one run: whoever holds it may write. */
  id: z.string(),
  owner: z.string(),
  /** What is being done, e.g. `promote`. */
  verb: z.string(),
  takenAt: z.iso.datetime(),
  renewedAt: z.iso.datetime(),
});
export type ReleaseLock = z.output<typeof releaseLock>;
