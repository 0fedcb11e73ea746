import type {
  AmplitudeSettings,
  DatabaseSettings,
  RedshiftSettings,
  WarehouseQuery,
} from '@foretell/core/contracts/sources';
import { column, table } from './columns.ts';

const { id, ref, instant, json, int, bigint, string, optional } = column;

/** A source outside Foretell. The secret itself stays in Secrets Manager; here is only its name. */
export type ConnectionRow = {
  id: string;
  workspace: string;
  name: string;
  secretRef: string;
  createdAt: string;
} & ConnectionPlace;
export type ConnectionPlace =
  | { kind: 'amplitude'; settings: AmplitudeSettings }
  | { kind: 'postgresql' | 'mysql'; settings: DatabaseSettings }
  | { kind: 'redshift'; settings: RedshiftSettings };
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
  /** Of Amplitude since when, of a warehouse what is asked of it. */
  settings: { from: string } | WarehouseQuery;
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

/** Rows that a source gave, in the lake (unique by job and fromHour); they are in no feature set until `featureSet` says so. */
export interface ImportChunkRow {
  id: string;
  workspace: string;
  dataset: string;
  job: string;
  /** Of Amplitude hours since 1970, `toHour` exclusive; of a warehouse both are the job's attempt. */
  fromHour: number;
  toHour: number;
  /** The incremental column's greatest value among the rows, as text; null without one. */
  upTo: string | null;
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
  upTo: optional(column.text),
  manifestKey: optional(string(512)),
  rows: bigint,
  featureSet: optional(int),
  createdAt: instant,
});
