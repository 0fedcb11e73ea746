import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  featureSetManifest,
  featureSetSummary,
  type FeatureSetManifest,
  type FeatureSetSummary,
} from '@foretell/core/contracts/feature-set';
import type { Recipe } from '@foretell/core/contracts/recipe';
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
  /** Those of the recipe's `events`, in their order; the source has theirs. */
  events: readonly FeatureSet[];
}

interface Named {
  dataset: string;
  featureSet: number;
}

/**
 * What a recipe reads: `rows`, and its other events, as it names them or of the version that `versionOf` says. All of it is
 * looked for in the job's own workspace.
 */
export async function openRecipeData(
  lake: Lake,
  workspace: string,
  { events = [] }: Pick<Recipe, 'events'>,
  rows: Named,
  versionOf: (named: Named) => number | Promise<number> = ({ featureSet }) => featureSet,
): Promise<FeatureSet> {
  const { dataset, featureSet } = rows;
  const own = await openFeatureSet(lake, { workspace, dataset, featureSet });
  const others: FeatureSet[] = [];
  for (const named of events)
    others.push(
      await openFeatureSet(lake, {
        workspace,
        dataset: named.dataset,
        featureSet: await versionOf(named),
      }),
    );
  return { ...own, source: { ...own.source, events: others.map(({ source }) => source) }, events: others };
}

export async function openFeatureSet(
  lake: Lake,
  { workspace, dataset, featureSet }: { workspace: string; dataset: string; featureSet: number },
): Promise<FeatureSet> {
  const keys = featureSetKeys(workspace, dataset, featureSet);
  const { files, schema } = await lake.getJson(keys.manifest, featureSetManifest);
  const summary = await lake.getJson(keys.summary, featureSetSummary);
  const addresses = files.map(({ key }) => `s3://${lake.bucket}/${key}`);
  return { files, source: sourceOf(addresses, schema, summary), summary, events: [] };
}

/** Brings the Parquet into `dir`, but what is there already; the source's paths are files there. */
export async function bringFeatureSet(
  lake: Lake,
  { files, source, events }: FeatureSet,
  dir: string,
  signal: AbortSignal,
  name = 'feature-set',
): Promise<Source> {
  const paths: string[] = [];
  for (const [index, { key, bytes }] of files.entries()) {
    const path = join(dir, `${name}-${index}.parquet`);
    if (bytesOf(path) !== bytes) await downloadFile(lake, key, path, signal);
    paths.push(path);
  }
  const others: Source[] = [];
  for (const [index, each] of events.entries())
    others.push(await bringFeatureSet(lake, each, dir, signal, `events-${index}`));
  return { ...source, paths, events: others };
}

const bytesOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;

/** The newest time of what a recipe reads, ISO 8601. */
export function newestEvent({ time, events = [] }: Recipe, data: FeatureSet): string {
  const newest = [
    newestTime(data.summary, time),
    ...data.events.map(({ summary }, i) => newestTime(summary, events[i]?.time ?? '')),
  ];
  return newest.reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a));
}

function newestTime(summary: FeatureSetSummary, column: string): string {
  const newest = summary.columns.find(({ name }) => name === column)?.max;
  if (typeof newest !== 'string') throw new Error(`the summary has no newest time of ${column}`);
  return newest;
}
