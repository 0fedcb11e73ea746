import { z } from 'zod';
import { id, timestamp } from './primitives.ts';

/**
 * DynamoDB `ingest`: partition key `id`, TTL by `expiresAt` (epoch seconds). Three kinds of items:
 *
 * `record#<dataset>#<record_id>`  a streamed record that has been accepted: seen again, it is a duplicate
 * `batch#<batch>`                 the state of one queue message's records (and of the request they came in)
 * `idempotency#<workspace>#<key>` the first answer to an Idempotency-Key
 */
export const ingestTable = { partitionKey: 'id', ttlAttribute: 'expiresAt' } as const;

/** How long a record_id dedupes, and a batch can be asked for. */
export const ingestTtlDays = 7;

export const recordItemId = (dataset: string, recordId: string) => `record#${dataset}#${recordId}`;
export const batchItemId = (batch: string) => `batch#${batch}`;
export const idempotencyItemId = (workspace: string, key: string) => `idempotency#${workspace}#${key}`;

/**
 * Written before the message is sent. The worker that has stored the message's records sets `status` to `stored` and
 * `storedAt`, of the item `batch#<payload.batch>` of its message. A request too large for one message is several: the
 * item named by the answered batch id lists them all in `parts`.
 */
export const batchItem = z.object({
  id: z.string(),
  workspace: id,
  dataset: id,
  status: z.enum(['accepted', 'stored']),
  accepted: z.int(),
  receivedAt: timestamp,
  storedAt: timestamp.optional(),
  parts: z.array(id).min(1),
  expiresAt: z.int(),
});
export type BatchItem = z.output<typeof batchItem>;
