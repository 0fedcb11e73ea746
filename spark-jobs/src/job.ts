import { z } from 'zod';

/** One step: a temporary view; `cached` ones are computed once and kept, since several later ones read them. */
export const jobStatement = z.object({ view: z.string(), sql: z.string(), cached: z.boolean() });
export type JobStatement = z.output<typeof jobStatement>;

/** A file as a manifest names it, relative to its folder. */
const writtenFile = z.object({ file: z.string(), rows: z.int(), bytes: z.int() });

/** What of a job only Spark can do: train with SynapseML's LightGBM on the rows that it has just written. */
export const sparkTraining = z.object({
  /** The output to learn from, read back as the view `written`. */
  from: z.string(),
  statements: z.array(jobStatement),
  /** A view of one cell, whether to train at all: the rows are counted first. */
  wanted: z.string(),
  /** A view of `label`, `is_validation` and the inputs, which are DOUBLEs; NULL is missing. */
  rows: z.string(),
  inputs: z.array(z.string()).min(1),
  /** Indexes of the inputs that are categories' codes. */
  categorical: z.array(z.int()),
  learner: z.enum(['LightGBMClassifier', 'LightGBMRegressor']),
  objective: z.string(),
  rounds: z.int().positive(),
  /** Rounds without a better validation loss, after which it stops at the best. */
  patience: z.int().positive(),
  /** LightGBM's own names. */
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Views to write with the trainer's own raw scores in a column `raw`, and views to write as they are. */
  outputs: z.array(z.object({ view: z.string(), file: z.string(), scored: z.boolean() })),
});
export type SparkTraining = z.output<typeof sparkTraining>;

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
  training: sparkTraining.optional(),
});
export type JobSpec = z.output<typeof jobSpec>;

/** manifest.json of a run, written last. */
export const runManifest = z.object({
  version: z.literal(1),
  engine: z.string(),
  /** SHA-256 of job.json. */
  job: z.string(),
  files: z.array(writtenFile),
  columns: jobSpec.shape.manifest.shape.columns,
  figures: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
  /** Only where Spark has trained as well. */
  training: z
    .object({
      library: z.string(),
      version: z.string(),
      /** The model's text, cut at its best round. */
      model: z.string(),
      files: z.array(writtenFile),
    })
    .optional(),
});
export type RunManifest = z.output<typeof runManifest>;
