import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  onlineFeaturesManifest,
  type ModelInput,
  type OnlineFeaturesManifest,
} from '@foretell/core/contracts/model-version';
import type { Scalar } from '@foretell/core/contracts/primitives';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { createInputEncoder } from '@foretell/core/domain/encode-input';
import { onlineFeaturesKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { encodeOnlineFeatures, type OnlineFeatureRow } from '@foretell/core/node/online-feature-file';
import { compileSnapshot } from '@foretell/spark-jobs/compile-snapshot';
import { duckDbDialect, stringLiteral } from '@foretell/spark-jobs/dialect';
import { withDuckDb } from '@foretell/spark-jobs/duckdb';
import { runEmbedded } from '@foretell/spark-jobs/embedded-runner';
import type { Source } from '@foretell/spark-jobs/source';
import type { RunningJob } from '../jobs/run-job.ts';
import type { Engine } from './build-training-set.ts';

export interface OnlineFeatures {
  lake: Lake;
  engine: Engine;
}

type OnlineColumn = OnlineFeaturesManifest['columns'][number];

const dayMs = 86_400_000;

/**
 * Writes every entity's history as of the UTC day after its newest event (never later than tomorrow). Null when the recipe
 * has no history. `firstFree` is the lowest number that may be free: the lake settles which is.
 */
export async function publishOnlineFeatures(
  { lake, engine }: OnlineFeatures,
  job: RunningJob,
  model: { id: string; recipe: Recipe; inputs: readonly ModelInput[] },
  source: Source,
  newestEvent: string,
  firstFree: number,
): Promise<OnlineFeaturesManifest | null> {
  const columns = onlineColumns(model.recipe, model.inputs);
  if (columns.length === 0) return null;
  const day = snapshotDay(newestEvent, Date.now());
  const rows = await snapshot(engine, job, model.recipe, source, day, columns);
  const file = await encodeOnlineFeatures(columns.length, rows);
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
export function snapshotDay(newestEvent: string, now: number): number {
  const dayAfter = Math.floor(Date.parse(newestEvent) / dayMs) + 1;
  return Math.min(dayAfter, Math.floor(now / dayMs) + 1);
}

/** What the file holds: a column of each history feature. */
function onlineColumns(recipe: Recipe, inputs: readonly ModelInput[]): OnlineColumn[] {
  return recipe.features.flatMap((feature, index): OnlineColumn[] => {
    if (feature.kind !== 'history') return [];
    const { name } = feature;
    const categories = inputs[index]?.categories;
    return [categories ? { name, type: 'category', categories } : { name, type: 'number' }];
  });
}

async function snapshot(
  engine: Engine,
  job: RunningJob,
  recipe: Recipe,
  source: Source,
  day: number,
  columns: readonly OnlineColumn[],
): Promise<OnlineFeatureRow[]> {
  const outputDir = join(job.dir, 'snapshot');
  await mkdir(outputDir);
  const duckDb = { ...engine, tempDir: join(job.dir, 'spill') };
  const { signal } = job;
  const { files } = await runEmbedded(compileSnapshot(recipe, source, duckDbDialect, day), {
    outputDir,
    duckDb,
    signal,
  });
  return readSnapshot(join(outputDir, files[0]?.file ?? ''), columns, duckDb);
}

async function readSnapshot(
  path: string,
  columns: readonly OnlineColumn[],
  duckDb: Parameters<typeof withDuckDb>[0],
): Promise<OnlineFeatureRow[]> {
  const encoders = columns.map(encoderOf);
  return withDuckDb(duckDb, async (connection) => {
    const rows: OnlineFeatureRow[] = [];
    const result = await connection.stream(`SELECT * FROM read_parquet(${stringLiteral(path)})`);
    for (
      let chunk = await result.fetchChunk();
      chunk && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    )
      for (const [entity, ...cells] of chunk.getRows())
        rows.push({
          entity: String(entity),
          values: Float64Array.from(encoders, (encode, i) => encode(cells[i] as Scalar | bigint)),
        });
    return rows;
  });
}

function encoderOf(column: OnlineColumn): (cell: Scalar | bigint) => number {
  const { name, type, categories = [] } = column;
  const encode = createInputEncoder(
    type === 'category' ? { name, type, categories } : { name, type: 'number' },
  );
  return (cell) => (typeof cell === 'bigint' ? Number(cell) : (encode(cell) ?? NaN));
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
