import type { Dataset } from '@foretell/core/contracts/control-api/datasets';
import type { FeatureSetSchema } from '@foretell/core/contracts/feature-set';
import { column, table } from './columns.ts';

const { id, ref, instant, json, int, bigint, string, optional } = column;

/** A file that is to come: by one presigned PUT, or by the parts of S3's `multipartId`. */
export interface UploadRow {
  id: string;
  workspace: string;
  filename: string;
  bytes: number;
  key: string;
  multipartId: string | null;
  createdAt: string;
  expiresAt: string;
}
export const uploads = table<UploadRow>('uploads', {
  id,
  workspace: ref,
  filename: string(255),
  bytes: bigint,
  key: string(512),
  multipartId: optional(string(1024)),
  createdAt: instant,
  expiresAt: instant,
});

export interface DatasetRow {
  id: string;
  workspace: string;
  name: string;
  source: Dataset['source'];
  timeColumn: string | null;
  status: Dataset['status'];
  /** The newest feature set that is ready. */
  latestFeatureSet: number | null;
  rows: number | null;
  schema: FeatureSetSchema | null;
  createdAt: string;
  updatedAt: string;
}
export const datasets = table<DatasetRow>('datasets', {
  id,
  workspace: ref,
  name: string(120),
  source: string(16),
  timeColumn: optional(string(255)),
  status: string(16),
  latestFeatureSet: optional(int),
  rows: optional(bigint),
  schema: optional(json),
  createdAt: instant,
  updatedAt: instant,
});

/**
 * A version of a dataset. Its number is allotted when a job starts to write it (unique by dataset and n, and by job, so
 * that a redelivered job finds its own number again); it exists for readers once `readyAt` is set.
 */
export interface FeatureSetRow {
  id: string;
  workspace: string;
  dataset: string;
  n: number;
  job: string;
  rows: number | null;
  columns: number | null;
  bytes: number | null;
  createdAt: string;
  readyAt: string | null;
}
export const featureSets = table<FeatureSetRow>('feature_sets', {
  id,
  workspace: ref,
  dataset: ref,
  n: int,
  job: ref,
  rows: optional(bigint),
  columns: optional(int),
  bytes: optional(bigint),
  createdAt: instant,
  readyAt: optional(instant),
});
