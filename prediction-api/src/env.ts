import { count, lakeEnvironment, port, processEnvironment, queueUrl } from '@foretell/core/node/environment';
import { z } from 'zod';

/** The prediction API's typed environment; infra supplies its input type. */
export const predictionApiEnvironment = z.object({
  ...processEnvironment,
  ...lakeEnvironment,
  HOST: z.string().default('0.0.0.0'),
  PORT: port.default(4001),
  PREDICTIONS_TABLE: z.string().min(3),
  /** Ids of streamed records (7 days) and the state of their batches. */
  INGEST_TABLE: z.string().min(3),
  QUEUE_URL_RECORDS: queueUrl,
  QUEUE_URL_ASSIGNMENTS: queueUrl,
  /** How often the serving manifest is asked for (If-None-Match). */
  MANIFEST_POLL_MS: count.default(1000),
  PREDICTION_TTL_DAYS: count.default(90),
  /** Online feature values held in memory, over all models, the newest deployments' first; others are read by ranges. */
  FEATURE_MEMORY_MB: count.default(512),
  /** Predictions that may wait for DynamoDB; beyond it callers get 503 with Retry-After. */
  MAX_QUEUED_PREDICTIONS: count.default(5000),
});
