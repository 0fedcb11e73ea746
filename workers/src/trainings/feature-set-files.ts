import { join } from 'node:path';
import {
  featureSetManifest,
  featureSetSummary,
  type FeatureSetSummary,
} from '@foretell/core/contracts/feature-set';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { downloadFile } from '@foretell/core/node/lake-files';
import { sourceOf, type Source } from '@foretell/spark-jobs/source';

export interface FetchedFeatureSet {
  source: Source;
  summary: FeatureSetSummary;
}

/** Brings a feature set's Parquet into `dir`, and says what is known of its columns. */
export async function fetchFeatureSet(
  lake: Lake,
  { workspace, dataset, featureSet }: { workspace: string; dataset: string; featureSet: number },
  dir: string,
  signal: AbortSignal,
): Promise<FetchedFeatureSet> {
  const keys = featureSetKeys(workspace, dataset, featureSet);
  const manifest = await lake.getJson(keys.manifest, featureSetManifest);
  const summary = await lake.getJson(keys.summary, featureSetSummary);
  const paths: string[] = [];
  for (const [index, { key }] of manifest.files.entries()) {
    const path = join(dir, `feature-set-${index}.parquet`);
    await downloadFile(lake, key, path, signal);
    paths.push(path);
  }
  return { source: sourceOf(paths, manifest.schema, summary), summary };
}

/** The newest time of a column, ISO 8601. */
export function newestTime(summary: FeatureSetSummary, column: string): string {
  const newest = summary.columns.find(({ name }) => name === column)?.max;
  if (typeof newest !== 'string') throw new Error(`the summary has no newest time of ${column}`);
  return newest;
}
