import type { TrainingParameters } from '@foretell/core/contracts/control-api/trainings';
import type { ModelCard, ModelMetrics } from '@foretell/core/contracts/model-version';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { column, table } from './columns.ts';

const { id, ref, instant, json, int, bigint, string, optional } = column;

export interface ModelRow {
  id: string;
  workspace: string;
  name: string;
  dataset: string;
  recipe: Recipe;
  latestVersion: number | null;
  deployedVersion: number | null;
  createdAt: string;
  updatedAt: string;
}
export const models = table<ModelRow>('models', {
  id,
  workspace: ref,
  name: string(120),
  dataset: ref,
  recipe: json,
  latestVersion: optional(int),
  deployedVersion: optional(int),
  createdAt: instant,
  updatedAt: instant,
});

/** A run of the trainer, the `n`th of its model; `n` is also the number of its training set. */
export interface TrainingRow {
  id: string;
  workspace: string;
  model: string;
  n: number;
  job: string;
  parameters: TrainingParameters;
  modelVersion: number | null;
  createdAt: string;
}
export const trainings = table<TrainingRow>('trainings', {
  id,
  workspace: ref,
  model: ref,
  n: int,
  job: ref,
  parameters: json,
  modelVersion: optional(int),
  createdAt: instant,
});

/** Unique by (model, n) and by training: a training makes one version, however often its message arrives. */
export interface ModelVersionRow {
  id: string;
  workspace: string;
  model: string;
  n: number;
  training: string;
  /** Whose objects in the lake are this version's: a part of their keys. */
  attempt: string | null;
  metrics: ModelMetrics;
  card: ModelCard;
  createdAt: string;
}
export const modelVersions = table<ModelVersionRow>('model_versions', {
  id,
  workspace: ref,
  model: ref,
  n: int,
  training: ref,
  attempt: optional(string(16)),
  metrics: json,
  card: json,
  createdAt: instant,
});

/** A published file of online feature values: `n` as in the lake's key; the newest of a version is served. */
export interface OnlineFeaturesRow {
  id: string;
  workspace: string;
  model: string;
  modelVersion: number;
  n: number;
  /** The job that wrote it (a training's or a publish's): unique. */
  job: string;
  asOf: string;
  entities: number;
  bytes: number;
  createdAt: string;
}
export const onlineFeatures = table<OnlineFeaturesRow>('online_features', {
  id,
  workspace: ref,
  model: ref,
  modelVersion: int,
  n: int,
  job: ref,
  asOf: instant,
  entities: bigint,
  bytes: bigint,
  createdAt: instant,
});

export interface BatchPredictionRow {
  /** The job's id. */
  id: string;
  workspace: string;
  model: string;
  modelVersion: number;
  dataset: string;
  featureSet: number;
  /** Whose values go along with the predictions. */
  keyColumn: string | null;
  rows: number | null;
  /** Its manifest in the lake, once there. */
  manifestKey: string | null;
  /** The Parquet file that the manifest names. */
  partKey: string | null;
  createdAt: string;
  finishedAt: string | null;
}
export const batchPredictions = table<BatchPredictionRow>('batch_predictions', {
  id,
  workspace: ref,
  model: ref,
  modelVersion: int,
  dataset: ref,
  featureSet: int,
  keyColumn: optional(string(255)),
  rows: optional(bigint),
  manifestKey: optional(string(512)),
  partKey: optional(string(512)),
  createdAt: instant,
  finishedAt: optional(instant),
});
