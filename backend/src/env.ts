import {
  count,
  databaseEnvironment,
  egressEnvironment,
  lakeEnvironment,
  port,
  processEnvironment,
  queueUrl,
} from '@foretell/core/node/environment';
import { z } from 'zod';

/** The backend's typed environment; infra supplies its input type. */
export const backendEnvironment = z.object({
  ...processEnvironment,
  ...lakeEnvironment,
  ...databaseEnvironment,
  ...egressEnvironment,
  HOST: z.string().default('0.0.0.0'),
  PORT: port.default(4000),
  PREDICTIONS_TABLE: z.string().min(3),
  QUEUE_URL_IMPORTS: queueUrl,
  QUEUE_URL_TRAININGS: queueUrl,
  QUEUE_URL_METRICS: queueUrl,
  QUEUE_URL_BATCH_PREDICTIONS: queueUrl,
  QUEUE_URL_NOTIFICATIONS: queueUrl,
  /** Of one workspace's jobs, at most so many a queue are with the workers at once. */
  JOBS_AT_ONCE: count.default(4),
  /** The names of connections' secrets begin with it. */
  CONNECTIONS_PREFIX: z.string().min(1).default('foretell'),
  /** The name of API Gateway's usage plan that API keys go on. */
  USAGE_PLAN: z.string().min(1),
  /** The built dashboard, served at /. */
  DASHBOARD_DIR: z.string().min(1),
  /** Where the public API answers: shown in snippets, and the server of its OpenAPI document. */
  PUBLIC_API_URL: z.url(),
});
