import { count, port, processEnvironment } from '@foretell/core/node/environment';
import { z } from 'zod';

/** The environment of the process that stands in for Redshift and Lambda. */
export const standInsEnvironment = z.object({
  ...processEnvironment,
  PORT: port,
  WAREHOUSE_DIR: z.string().min(1),
  SAMPLE_FUNCTION: z.string().min(1),
  /** The module that is deployed as the sample function; it is given this process's AWS and lake environment. */
  SAMPLE_FUNCTION_ENTRY: z.string().min(1),
  FUNCTION_TIMEOUT_MS: count.default(120_000),
});
