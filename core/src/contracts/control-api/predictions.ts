import { z } from 'zod';
import { columnName, id, timestamp } from '../primitives.ts';
import { job } from './jobs.ts';
import { pageQuery } from './pages.ts';

/**
 * Without `version` the deployed one (else the newest) answers; without `featureSet` the newest of `dataset`. Of each row the
 * file has `row_time`, `entity`, `value` and, but for regressions, `probability`; with `keyColumn` also that column's value
 * as text, `row_key`.
 */
export const batchPredictionJobRequest = z
  .strictObject({
    version: z.int().positive().optional(),
    dataset: id.optional(),
    featureSet: z.int().positive().optional(),
    keyColumn: columnName.optional(),
  })
  .meta({ id: 'BatchPredictionJobRequest' });
/** `download`: a URL of the Parquet file, good for an hour, once the job has succeeded. */
export const batchPrediction = z
  .object({
    id,
    model: id,
    version: z.int(),
    dataset: id,
    featureSet: z.int(),
    keyColumn: columnName.nullable(),
    rows: z.int().nullable(),
    job,
    download: z.string().nullable(),
    createdAt: timestamp,
  })
  .meta({ id: 'BatchPrediction' });

/** Which predictions to list: of one model (and entity), or of one experiment; the last 7 days unless said. */
export const predictionsQuery = pageQuery.extend({
  model: id.optional(),
  entity: z.string().min(1).max(1024).optional(),
  experiment: id.optional(),
  from: timestamp.optional(),
  to: timestamp.optional(),
});
