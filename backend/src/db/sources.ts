import type { AmplitudeSettings } from '@foretell/core/contracts/sources';
import { column, table } from './columns.ts';

const { id, ref, instant, json, int, bigint, string, optional } = column;

/** A source outside Foretell. The secret itself stays in Secrets Manager; here is only its name. */
export interface ConnectionRow {
  id: string;
  workspace: string;
  name: string;
  kind: 'amplitude' | 'warehouse';
  secretRef: string;
  settings: AmplitudeSettings;
  createdAt: string;
}
export const connections = table<ConnectionRow>('connections', {
  id,
  workspace: ref,
  name: string(120),
  kind: string(16),
  secretRef: string(512),
  settings: json,
  createdAt: instant,
});

/** Where a dataset's rows come from, and when they next do. */
export interface DatasetSourceRow {
  dataset: string;
  workspace: string;
  connection: string;
  /** Of Amplitude: since when. */
  settings: { from: string };
  everyHours: number | null;
  nextAt: string | null;
}
export const datasetSources = table<DatasetSourceRow>('dataset_sources', {
  dataset: id,
  workspace: ref,
  connection: ref,
  settings: json,
  everyHours: optional(int),
  nextAt: optional(instant),
});

/** Rows of some hours of a source, in the lake (unique by job and fromHour); they are in no feature set until `featureSet` says so. */
export interface ImportChunkRow {
  id: string;
  workspace: string;
  dataset: string;
  job: string;
  /** Hours since 1970; `toHour` is exclusive. */
  fromHour: number;
  toHour: number;
  /** Null: there were no rows. */
  manifestKey: string | null;
  rows: number;
  featureSet: number | null;
  createdAt: string;
}
export const importChunks = table<ImportChunkRow>('import_chunks', {
  id,
  workspace: ref,
  dataset: ref,
  job: ref,
  fromHour: int,
  toHour: int,
  manifestKey: optional(string(512)),
  rows: bigint,
  featureSet: optional(int),
  createdAt: instant,
});
