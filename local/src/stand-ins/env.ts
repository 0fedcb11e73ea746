import { count, port, processEnvironment, queueUrl } from '@foretell/core/node/environment';
import { z } from 'zod';

/** The environment of the process that stands in for Redshift, Lambda and EMR. */
export const standInsEnvironment = z.object({
  ...processEnvironment,
  PORT: port,
  WAREHOUSE_DIR: z.string().min(1),
  SAMPLE_FUNCTION: z.string().min(1),
  /** The module that is deployed as the sample function; it is given this process's AWS and lake environment. */
  SAMPLE_FUNCTION_ENTRY: z.string().min(1),
  /** The EMR Serverless application's id. */
  SPARK_ID: z.string().min(1),
  QUEUE_URL_SPARK_EVENTS: queueUrl,
  /** The local S3, and with what Spark signs for it. */
  AWS_ENDPOINT_URL: z.url(),
  AWS_ACCESS_KEY_ID: z.string().min(1),
  AWS_SECRET_ACCESS_KEY: z.string().min(1),
  FUNCTION_TIMEOUT_MS: count.default(120_000),
});
