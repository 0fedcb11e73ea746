import { z } from 'zod';
import { columnName, columnType, id, scalar, timestamp } from './primitives.ts';

/** schema.json of a feature set. */
export const featureSetSchema = z.object({
  columns: z.array(z.object({ name: columnName, type: columnType })).min(1),
});
export type FeatureSetSchema = z.output<typeof featureSetSchema>;

/** Values that did not fit their column, kept apart from it: which they are, how many, and what was expected. */
export const misfit = z.object({
  column: z.string(),
  kind: z.enum(['boolean', 'number', 'string', 'timestamp', 'date']),
  reason: z.enum(['changed_type', 'differs_by_case', 'too_many_columns', 'long_name']),
  expected: columnType.nullable(),
  values: z.int(),
});
export type Misfit = z.output<typeof misfit>;

/** manifest.json of a feature set, written last: only what it names exists. */
export const featureSetManifest = z.object({
  version: z.literal(1),
  dataset: id,
  featureSet: z.int().positive(),
  rows: z.int().nonnegative(),
  files: z.array(z.object({ key: z.string(), rows: z.int(), bytes: z.int() })),
  schema: featureSetSchema,
  /** A Parquet file of the first values that did not fit. */
  quarantine: z.object({ key: z.string(), misfits: z.array(misfit) }).optional(),
  /** What it was merged from, as a hash: another attempt takes it for its own only when it would merge the same. */
  origin: z.string().optional(),
  createdAt: timestamp,
});
export type FeatureSetManifest = z.output<typeof featureSetManifest>;

const histogramBin = z.object({ low: z.number(), high: z.number(), count: z.int() });

/** Profile of one column, from an exact query over the whole feature set. Times are ISO strings in min, max and quantiles. */
export const columnSummary = z.object({
  name: columnName,
  type: columnType,
  nulls: z.int(),
  nullShare: z.number().min(0).max(1),
  distinct: z.int(),
  min: scalar,
  max: scalar,
  mean: z.number().nullable(),
  std: z.number().nullable(),
  quantiles: z.array(z.object({ p: z.number(), value: scalar })),
  histogram: z.array(histogramBin),
  topValues: z.array(z.object({ value: scalar, count: z.int() })),
});
export type ColumnSummary = z.output<typeof columnSummary>;

/** summary.json, written by the sample function. */
export const featureSetSummary = z.object({
  rows: z.int(),
  columns: z.array(columnSummary),
  computedAt: timestamp,
});
export type FeatureSetSummary = z.output<typeof featureSetSummary>;

/** sample.json: a uniform sample of `size` rows of `of`, seeded; `standardError` of a share estimated from it, at most. */
export const featureSetSample = z.object({
  rows: z.array(z.record(z.string(), scalar)),
  size: z.int(),
  of: z.int(),
  seed: z.int(),
  standardError: z.number(),
});
export type FeatureSetSample = z.output<typeof featureSetSample>;

/** What the sample Lambda is invoked with, and what it answers. */
export const sampleRequest = z.object({
  manifestKey: z.string(),
  sampleKey: z.string(),
  summaryKey: z.string(),
});
export type SampleRequest = z.output<typeof sampleRequest>;
export const sampleResponse = z.object({ rows: z.int(), columns: z.int(), sampled: z.int() });
export type SampleResponse = z.output<typeof sampleResponse>;
