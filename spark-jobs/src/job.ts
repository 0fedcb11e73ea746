import { z } from 'zod';

/** One step: a temporary view; `cached` ones are computed once and kept, since several later ones read them. */
export const jobStatement = z.object({ view: z.string(), sql: z.string(), cached: z.boolean() });
export type JobStatement = z.output<typeof jobStatement>;

/** job.json: everything an engine needs to know. The same statements run in Spark and in DuckDB. */
export const jobSpec = z.object({
  /** Settings of the session, by engine. */
  conf: z.record(z.string(), z.string()),
  statements: z.array(jobStatement),
  /** Views to write as Parquet, one file name each. */
  outputs: z.array(z.object({ view: z.string(), file: z.string() })),
  manifest: z.object({
    /** Views of one row whose cells go into the manifest as they are. */
    figures: z.array(z.string()),
    /** What the columns of the output mean, in order. */
    columns: z.array(z.object({ column: z.string(), meaning: z.string() })),
  }),
});
export type JobSpec = z.output<typeof jobSpec>;

/** manifest.json of a run, written last. */
export const runManifest = z.object({
  version: z.literal(1),
  engine: z.string(),
  /** SHA-256 of job.json. */
  job: z.string(),
  files: z.array(z.object({ file: z.string(), rows: z.int(), bytes: z.int() })),
  columns: jobSpec.shape.manifest.shape.columns,
  figures: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
});
export type RunManifest = z.output<typeof runManifest>;
