import {
  count,
  databaseEnvironment,
  lakeEnvironment,
  processEnvironment,
  queueUrl,
  warehouseEnvironment,
} from '@foretell/core/node/environment';
import { z } from 'zod';

/** The workers' typed environment; infra supplies its input type. */
export const workersEnvironment = z.object({
  ...processEnvironment,
  ...lakeEnvironment,
  ...databaseEnvironment,
  ...warehouseEnvironment,
  PREDICTIONS_TABLE: z.string().min(3),
  INGEST_TABLE: z.string().min(3),
  QUEUE_URL_IMPORTS: queueUrl,
  QUEUE_URL_RECORDS: queueUrl,
  QUEUE_URL_TRAININGS: queueUrl,
  QUEUE_URL_ASSIGNMENTS: queueUrl,
  QUEUE_URL_METRICS: queueUrl,
  QUEUE_URL_BATCH_PREDICTIONS: queueUrl,
  QUEUE_URL_NOTIFICATIONS: queueUrl,
  SAMPLE_FUNCTION: z.string().min(1),
  /** The interpreter of the venv with LightGBM. */
  PYTHON: z.string().min(1),
  /** Where job files are staged; a fresh folder a job, deleted after it. */
  WORK_DIR: z.string().min(1),
  /** Messages handled at once, a queue. */
  CONCURRENCY: count.default(2),
  /** How long after its worker died a message is given to another. */
  VISIBILITY_SECONDS: count.default(60),
});
