import { column, table } from './columns.ts';

const { id, ref, instant, int, bigint, string, optional } = column;

/** A batch of streamed records in the lake; it is in no feature set until `featureSet` says so. */
export interface RecordFileRow {
  batch: string;
  workspace: string;
  dataset: string;
  key: string;
  rows: number;
  featureSet: number | null;
  createdAt: string;
}
export const recordFiles = table<RecordFileRow>('record_files', {
  batch: id,
  workspace: ref,
  dataset: ref,
  key: string(512),
  rows: bigint,
  featureSet: optional(int),
  createdAt: instant,
});
