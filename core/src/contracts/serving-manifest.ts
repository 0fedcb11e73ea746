import { z } from 'zod';
import { columnName, columnType, id, scalar, timestamp } from './primitives.ts';

export const fallback = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('default'), value: scalar }),
  z.object({ kind: z.literal('random') }),
]);
export type Fallback = z.output<typeof fallback>;

export const servingExperiment = z.object({
  id,
  /** Never changes while the experiment runs. */
  seed: z.string(),
  split: z.number().min(0).max(1),
  fallback,
});

export const servingModel = z.object({
  id,
  workspace: id,
  version: z.int().positive(),
  keys: z.object({ model: z.string(), card: z.string(), checkRows: z.string() }),
  onlineFeatures: z.object({ manifest: z.string(), values: z.string() }).nullable(),
  /** With no experiment, all traffic goes to `answer`. */
  experiment: servingExperiment.nullable(),
  answer: z.discriminatedUnion('kind', [z.object({ kind: z.literal('model') }), ...fallback.options]),
});
export type ServingModel = z.output<typeof servingModel>;

export const servingDataset = z.object({
  id,
  workspace: id,
  /** Column types a streamed record is checked against; null: not known before the first records. */
  columns: z.array(z.object({ name: columnName, type: columnType })).nullable(),
  timeColumn: columnName.nullable(),
});
export type ServingDataset = z.output<typeof servingDataset>;

export const apiKeyScope = z.enum(['predict', 'ingest', 'read']);
export type ApiKeyScope = z.output<typeof apiKeyScope>;

/** A key is `fk_<selector>_<secret>`; `verifier` is the hex SHA-256 of the secret. */
export const servingApiKey = z.object({
  selector: z.string(),
  verifier: z.string().length(64),
  workspace: id,
  scopes: z.array(apiKeyScope),
  expiresAt: timestamp.nullable(),
  ratePerSecond: z.number().positive(),
  burst: z.int().positive(),
});
export type ServingApiKey = z.output<typeof servingApiKey>;

/** serving/manifest.json: the data plane's only link to the control plane. */
export const servingManifest = z.object({
  version: z.literal(1),
  generation: z.int().nonnegative(),
  publishedAt: timestamp,
  /** The newest deployment first: the first whose online feature values are held in memory. */
  models: z.array(servingModel),
  datasets: z.array(servingDataset),
  apiKeys: z.array(servingApiKey),
});
export type ServingManifest = z.output<typeof servingManifest>;
