import { join } from 'node:path';
import {
  onlineFeaturesManifest,
  type ModelInput,
  type OnlineFeaturesManifest,
} from '@foretell/core/contracts/model-version';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { onlineFeaturesKeys, onlineFeaturesRuns } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { compileSnapshot } from '@foretell/spark-jobs/compile-snapshot';
import { withDuckDb } from '@foretell/spark-jobs/duckdb';
import type { RunningJob } from '../jobs/run-job.ts';
import type { Engine } from '../runs/embedded-runs.ts';
import { newestEvent } from '../runs/feature-set.ts';
import { elsewhere, type RunJobs, type RunRequest } from '../runs/job-runs.ts';
import { encodeSnapshot, onlineColumns } from './snapshot-file.ts';

const dayMs = 86_400_000;

export interface PublishDeps {
  lake: Lake;
  engine: Engine;
  runs: RunJobs;
}

/**
 * Writes every entity's history as of the UTC day after its newest event (never later than tomorrow). Null when the recipe
 * has no history. `firstFree` is the lowest number that may be free: the lake settles which is.
 */
export async function publishOnlineFeatures(
  deps: PublishDeps,
  job: RunningJob,
  { id, recipe, inputs }: { id: string; recipe: Recipe; inputs: readonly ModelInput[] },
  { featureSet, next }: Pick<RunRequest, 'featureSet' | 'next'>,
  firstFree: number,
): Promise<OnlineFeaturesManifest | null | typeof elsewhere> {
  const columns = onlineColumns(recipe, inputs);
  if (columns.length === 0) return null;
  const day = snapshotDay(newestEvent(recipe, featureSet), Date.now());
  const run = await deps.runs(job, {
    purpose: 'online-features',
    folder: onlineFeaturesRuns(job.workspace, id, job.id),
    featureSet,
    compile: (source, dialect) => compileSnapshot(recipe, source, dialect, day),
    next,
  });
  if (run === elsewhere) return run;
  const duckDb = { ...deps.engine, tempDir: join(job.dir, 'spill') };
  const file = await withDuckDb(duckDb, (connection) => encodeSnapshot(connection, run.paths, columns));
  const n = await putFirstFree(deps.lake, job.workspace, id, file.body, firstFree);
  const manifest = onlineFeaturesManifest.parse({
    version: 1,
    model: id,
    n,
    entities: file.entities,
    // The run's own day: a run elsewhere may end on a later one.
    asOf: new Date(Number(run.manifest.figures['as_of_day']) * dayMs).toISOString(),
    columns,
    bytes: file.body.length,
    sha256: file.sha256,
    createdAt: new Date().toISOString(),
  });
  await deps.lake.putNew(onlineFeaturesKeys(job.workspace, id, n).manifest, JSON.stringify(manifest));
  return manifest;
}

/** Days since 1970. */
function snapshotDay(newestEvent: string, now: number): number {
  const dayAfter = Math.floor(Date.parse(newestEvent) / dayMs) + 1;
  return Math.min(dayAfter, Math.floor(now / dayMs) + 1);
}

/** Numbers are given by whoever writes first: a file that is there belongs to another job, or to one that died. */
async function putFirstFree(
  lake: Lake,
  workspace: string,
  model: string,
  body: Buffer,
  firstFree: number,
): Promise<number> {
  for (let n = firstFree; ; n++)
    if (await lake.putNew(onlineFeaturesKeys(workspace, model, n).values, body)) return n;
}
