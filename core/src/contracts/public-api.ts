import { z } from 'zod';
import { id, scalar, timestamp } from './primitives.ts';

export const predictionRequest = z
  .strictObject({
    model: id.or(z.string().min(1).max(100)),
    entity: z.string().min(1).max(1024),
    unit: z.string().min(1).max(1024).optional(),
    features: z.record(z.string(), scalar).optional(),
    explain: z.boolean().optional(),
  })
  .meta({ id: 'PredictionRequest' });
export type PredictionRequest = z.output<typeof predictionRequest>;

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
