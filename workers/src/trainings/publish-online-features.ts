import {
  onlineFeaturesManifest,
  type ModelInput,
  type OnlineFeaturesManifest,
} from '@foretell/core/contracts/model-version';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { onlineFeaturesKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import type { Source } from '@foretell/spark-jobs/source';
import type { RunningJob } from '../jobs/run-job.ts';
import type { Engine } from './build-training-set.ts';
import { makeSnapshotFile } from './snapshot-file.ts';

const dayMs = 86_400_000;

/**
 * Writes every entity's history as of the UTC day after its newest event (never later than tomorrow). Null when the recipe
 * has no history. `firstFree` is the lowest number that may be free: the lake settles which is.
 */
export async function publishOnlineFeatures(
  { lake, engine }: { lake: Lake; engine: Engine },
  job: RunningJob,
  model: { id: string; recipe: Recipe; inputs: readonly ModelInput[] },
  source: Source,
  newestEvent: string,
  firstFree: number,
): Promise<OnlineFeaturesManifest | null> {
  const day = snapshotDay(newestEvent, Date.now());
  const snapshot = await makeSnapshotFile(engine, job, model, source, day);
  if (!snapshot) return null;
  const { columns, file } = snapshot;
  const n = await putFirstFree(lake, job.workspace, model.id, file.body, firstFree);
  const manifest = onlineFeaturesManifest.parse({
    version: 1,
    model: model.id,
    n,
    entities: file.entities,
    asOf: new Date(day * dayMs).toISOString(),
    columns,
    bytes: file.body.length,
    sha256: file.sha256,
    createdAt: new Date().toISOString(),
  });
  await lake.putNew(onlineFeaturesKeys(job.workspace, model.id, n).manifest, JSON.stringify(manifest));
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
