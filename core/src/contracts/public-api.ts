import { z } from 'zod';
import { id, scalar, timestamp } from './primitives.ts';
import { problem } from './problem.ts';

/** A lone surrogate is no Unicode text: no store could keep it apart from another. */
const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => value.isWellFormed(), 'not a Unicode text');

export const predictionRequest = z
  .strictObject({
    model: id.or(text(100)),
    entity: text(1024),
    unit: text(1024).optional(),
    features: z.record(z.string(), scalar).optional(),
    explain: z.boolean().optional(),
  })
  .meta({ id: 'PredictionRequest' });
export type PredictionRequest = z.output<typeof predictionRequest>;

/** `latencyMs`: from the request's arrival to the result; storing it durably, before the answer, is not in it. */
export const predictionResponse = z
  .object({
    id,
    model: z.string(),
    version: z.int(),
    value: scalar,
    probability: z.number().optional(),
    probabilities: z.record(z.string(), z.number()).optional(),
    source: z.enum(['model', 'default', 'random']),
    experiment: z.object({ id, group: z.enum(['model', 'fallback']) }).nullable(),
    missing: z.array(z.string()),
    explanation: z
      .object({
        base: z.number(),
        contributions: z.array(z.object({ feature: z.string(), value: scalar, contribution: z.number() })),
      })
      .optional(),
    latencyMs: z.number(),
  })
  .meta({ id: 'PredictionResponse' });
export type PredictionResponse = z.output<typeof predictionResponse>;

export const batchPredictionRequest = z
  .strictObject({
    model: id.or(z.string().min(1).max(100)),
    items: z
      .array(predictionRequest.omit({ model: true }))
      .min(1)
      .max(1000),
  })
  .meta({ id: 'BatchPredictionRequest' });

/** One result an item, in the items' order: a prediction, or why there is none. */
export const batchPredictionResponse = z
  .object({ results: z.array(z.union([predictionResponse, z.object({ error: problem })])) })
  .meta({ id: 'BatchPredictionResponse' });

/** One record of a batch: `record_id` dedupes for 7 days, `timestamp` is the event's time (now when absent); the rest are cells. */
export const recordsRequest = z
  .strictObject({
    records: z.array(
      z.looseObject({ record_id: z.string().min(1).max(256).optional(), timestamp: timestamp.optional() }),
    ),
  })
  .meta({ id: 'RecordsRequest' });

export const recordsResponse = z
  .object({
    batch_id: id,
    accepted: z.int(),
    duplicates: z.int(),
    rejected: z.array(
      z.object({
        index: z.int(),
        record_id: z.string().nullable(),
        field: z.string(),
        code: z.string(),
        detail: z.string(),
      }),
    ),
  })
  .meta({ id: 'RecordsResponse' });

export const batchStatus = z
  .object({
    batch_id: id,
    dataset: id,
    status: z.enum(['accepted', 'stored']),
    accepted: z.int(),
    receivedAt: timestamp,
    storedAt: timestamp.nullable(),
  })
  .meta({ id: 'BatchStatus' });

export const liveness = z.object({ status: z.literal('alive') }).meta({ id: 'Liveness' });
/** `fresh`: the manifest was asked for within the last minute. A stale one goes on being served. */
export const readiness = z
  .object({
    status: z.enum(['ready', 'starting', 'draining']),
    models: z.int(),
    manifest: z
      .object({ generation: z.int(), publishedAt: timestamp, checkedAt: timestamp, fresh: z.boolean() })
      .nullable(),
    /** Models of the manifest that could not be loaded, and why: an older version of each may be answering. */
    refused: z.array(z.object({ model: id, version: z.int(), reason: z.string() })),
    /** Models whose online feature values do not fit into the memory and are read from S3: answered, but slower. */
    featuresOnS3: z.array(id),
  })
  .meta({ id: 'Readiness' });
