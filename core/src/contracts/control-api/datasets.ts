import { z } from 'zod';
import { featureSetSchema } from '../feature-set.ts';
import { fileFormat } from '../messages.ts';
import { columnName, id, name, timestamp } from '../primitives.ts';
import { amplitudeSource, warehouseSource } from '../sources.ts';
import { job } from './jobs.ts';

export const uploadRequest = z
  .strictObject({
    filename: z.string().min(1).max(255),
    bytes: z
      .int()
      .positive()
      .max(5 * 1024 ** 3),
  })
  .meta({ id: 'UploadRequest' });
/** PUT the file's bytes to `url` with the given headers before it expires. */
export const uploadResponse = z
  .object({
    upload: id,
    url: z.string(),
    method: z.literal('PUT'),
    headers: z.record(z.string(), z.string()),
    expiresAt: timestamp,
  })
  .meta({ id: 'Upload' });

export const datasetRequest = z
  .strictObject({
    name,
    source: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('upload'), upload: id, format: fileFormat.optional() }),
      z.strictObject({ kind: z.literal('stream') }),
      amplitudeSource,
      warehouseSource,
    ]),
    /** The event time of a row, if it has one. */
    timeColumn: columnName.optional(),
  })
  .meta({ id: 'DatasetRequest' });
export const dataset = z
  .object({
    id,
    name: z.string(),
    source: z.enum(['upload', 'stream', 'amplitude', 'warehouse']),
    timeColumn: z.string().nullable(),
    status: z.enum(['importing', 'ready', 'failed']),
    latestFeatureSet: z.int().nullable(),
    rows: z.int().nullable(),
    schema: featureSetSchema.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Dataset' });
export type Dataset = z.output<typeof dataset>;
export const datasetCreated = z.object({ dataset, job: job.nullable() }).meta({ id: 'DatasetCreated' });
export const featureSet = z
  .object({ n: z.int(), rows: z.int(), columns: z.int(), bytes: z.int(), createdAt: timestamp })
  .meta({ id: 'FeatureSet' });

/** A new version of a dataset, from another uploaded file. */
export const featureSetRequest = z
  .strictObject({ upload: id, format: fileFormat.optional() })
  .meta({ id: 'FeatureSetRequest' });
