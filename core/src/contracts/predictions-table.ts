import { z } from 'zod';
import { id, scalar, timestamp } from './primitives.ts';

/**
 * DynamoDB `predictions`: one item a prediction, partition key `id`. Three indexes, each sorted by `createdAt`:
 * by model and day over 4 shards, by entity, by experiment over 4 shards. Infra and the laptop create the same table from
 * this. An item has the attributes of `predictionRecord`, `modelDay`, `modelEntity` and `expiresAt`; `experiment` and
 * `experimentShard` are left out when there is none (an index key cannot be null), and a number DynamoDB cannot hold
 * (beyond 1e125) is its text.
 */
export const predictionsTable = {
  partitionKey: 'id',
  ttlAttribute: 'expiresAt',
  indexes: {
    byModelDay: { name: 'by-model-day', partitionKey: 'modelDay', sortKey: 'createdAt' },
    byEntity: { name: 'by-entity', partitionKey: 'modelEntity', sortKey: 'createdAt' },
    byExperiment: { name: 'by-experiment', partitionKey: 'experimentShard', sortKey: 'createdAt' },
  },
} as const;

/** A partition of an index takes 1,000 writes a second, and a full one holds up the table's own writes. */
export const modelDayShards = 4;
export const experimentShards = 4;

/** `day` is yyyy-mm-dd in UTC. */
export const modelDayKey = (model: string, day: string, shard: number) => `${model}#${day}#${shard}`;
export const experimentKey = (experiment: string, shard: number) => `${experiment}#${shard}`;
export const modelEntityKey = (model: string, entity: string) => `${model}#${entity}`;

/** One prediction as stored and as GET /api/predictions/:id answers it (index keys and TTL aside). */
export const predictionRecord = z
  .object({
    id,
    workspace: id,
    model: id,
    version: z.int(),
    entity: z.string(),
    unit: z.string(),
    /** The request's own body. */
    request: z.record(z.string(), z.unknown()),
    /** The feature vector as the model saw it, by name: category names, null for missing. */
    features: z.record(z.string(), scalar),
    missing: z.array(z.string()),
    /** When the online feature values were computed as of; null if the model has none. */
    featuresAsOf: timestamp.nullable(),
    /** The time the prediction is for: the request's time column, or its arrival. */
    predictedFor: timestamp,
    value: scalar,
    probability: z.number().nullable(),
    probabilities: z.record(z.string(), z.number()).nullable().optional(),
    source: z.enum(['model', 'default', 'random']),
    experiment: id.nullable(),
    group: z.enum(['model', 'fallback']).nullable(),
    createdAt: timestamp,
    latencyMs: z.number(),
  })
  .meta({ id: 'PredictionRecord' });
export type PredictionRecord = z.output<typeof predictionRecord>;

/** The record of an item as lib-dynamodb reads it. */
export const predictionOfItem = (item: Record<string, unknown>): PredictionRecord =>
  predictionRecord.parse({ experiment: null, ...item });
