import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  featureSetManifest,
  featureSetSummary,
  type FeatureSetManifest,
  type FeatureSetSummary,
} from '@foretell/core/contracts/feature-set';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { downloadFile } from '@foretell/core/node/lake-files';
import { sourceOf, type Source } from '@foretell/spark-jobs/source';

/** A feature set in the lake: its Parquet by address, and what is known of its columns. */
export interface FeatureSet {
  files: FeatureSetManifest['files'];
  /** Its paths are s3:// addresses. */
  source: Source;
  summary: FeatureSetSummary;
}

export async function openFeatureSet(
  lake: Lake,
  { workspace, dataset, featureSet }: { workspace: string; dataset: string; featureSet: number },
): Promise<FeatureSet> {
  const keys = featureSetKeys(workspace, dataset, featureSet);
  const { files, schema } = await lake.getJson(keys.manifest, featureSetManifest);
  const summary = await lake.getJson(keys.summary, featureSetSummary);
  const addresses = files.map(({ key }) => `s3://${lake.bucket}/${key}`);
  return { files, source: sourceOf(addresses, schema, summary), summary };
}

/** Brings the Parquet into `dir`, but what is there already; the source's paths are files there. */
export async function bringFeatureSet(
  lake: Lake,
  { files, source }: FeatureSet,
  dir: string,
  signal: AbortSignal,
): Promise<Source> {
  const paths: string[] = [];
  for (const [index, { key, bytes }] of files.entries()) {
    const path = join(dir, `feature-set-${index}.parquet`);
    if (bytesOf(path) !== bytes) await downloadFile(lake, key, path, signal);
    paths.push(path);
  }
  return { ...source, paths };
}

const bytesOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;

/** The newest time of a column, ISO 8601. */
export function newestTime(summary: FeatureSetSummary, column: string): string {
  const newest = summary.columns.find(({ name }) => name === column)?.max;
  if (typeof newest !== 'string') throw new Error(`the summary has no newest time of ${column}`);
  return newest;
}
