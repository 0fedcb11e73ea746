import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelInput, OnlineFeaturesManifest } from '@foretell/core/contracts/model-version';
import type { Scalar } from '@foretell/core/contracts/primitives';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { createInputEncoder } from '@foretell/core/domain/encode-input';
import {
  encodeOnlineFeatures,
  type OnlineFeatureFile,
  type OnlineFeatureRow,
} from '@foretell/core/node/online-feature-file';
import { compileSnapshot } from '@foretell/spark-jobs/compile-snapshot';
import { duckDbDialect, stringLiteral } from '@foretell/spark-jobs/dialect';
import { withDuckDb, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import { runEmbedded } from '@foretell/spark-jobs/embedded-runner';
import type { Source } from '@foretell/spark-jobs/source';
import type { RunningJob } from '../jobs/run-job.ts';
import type { Engine } from './build-training-set.ts';

type OnlineColumn = OnlineFeaturesManifest['columns'][number];

export interface SnapshotFile {
  columns: OnlineColumn[];
  file: OnlineFeatureFile;
}

/** Every entity's history as a row on UTC day `day` (days since 1970) has it. Null when the recipe has no history. */
export async function makeSnapshotFile(
  engine: Engine,
  { dir, signal }: Pick<RunningJob, 'dir' | 'signal'>,
  { recipe, inputs }: { recipe: Recipe; inputs: readonly ModelInput[] },
  source: Source,
  day: number,
): Promise<SnapshotFile | null> {
  const columns = onlineColumns(recipe, inputs);
  if (columns.length === 0) return null;
  const outputDir = join(dir, 'snapshot');
  await mkdir(outputDir, { recursive: true });
  const duckDb = { ...engine, tempDir: join(dir, 'spill') };
  const job = compileSnapshot(recipe, source, duckDbDialect, day);
  const { files } = await runEmbedded(job, { outputDir, duckDb, signal });
  const path = join(outputDir, files[0]?.file ?? '');
  const file = await withDuckDb(duckDb, (connection) =>
    encodeOnlineFeatures(columns.length, readRows(connection, path, columns)),
  );
  return { columns, file };
}

/** A column of each history feature. */
function onlineColumns(recipe: Recipe, inputs: readonly ModelInput[]): OnlineColumn[] {
  return recipe.features.flatMap((feature, index): OnlineColumn[] => {
    if (feature.kind !== 'history') return [];
    const { name } = feature;
    const categories = inputs[index]?.categories;
    return [categories ? { name, type: 'category', categories } : { name, type: 'number' }];
  });
}

async function* readRows(
  connection: DuckDBConnection,
  path: string,
  columns: readonly OnlineColumn[],
): AsyncGenerator<OnlineFeatureRow> {
  const encoders = columns.map((column) => createInputEncoder(column));
  const result = await connection.stream(`SELECT * FROM read_parquet(${stringLiteral(path)})`);
  for await (const chunk of result)
    for (const [entity, ...cells] of chunk.getRows())
      yield {
        entity: String(entity),
        values: Float64Array.from(encoders, (encode, i) => encode(cells[i] as Scalar) ?? NaN),
      };
}
