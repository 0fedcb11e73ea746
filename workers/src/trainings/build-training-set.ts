import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { type trainingSetKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { downloadFile, uploadFile } from '@foretell/core/node/lake-files';
import { compileTrainingSet } from '@foretell/spark-jobs/compile-training-set';
import { duckDbDialect } from '@foretell/spark-jobs/dialect';
import { runEmbedded } from '@foretell/spark-jobs/embedded-runner';
import { runManifest, type RunManifest } from '@foretell/spark-jobs/job';
import type { Source } from '@foretell/spark-jobs/source';
import type { RunningJob } from '../jobs/run-job.ts';

export interface Engine {
  threads: number;
  memoryMb: number;
}

export interface TrainingSet {
  /** Its Parquet, here. */
  path: string;
  manifest: RunManifest;
}

/** Runs the recipe's statements and stores their result: parts under names of this attempt, the recipe, the manifest last. */
export async function buildTrainingSet(
  lake: Lake,
  engine: Engine,
  job: RunningJob,
  recipe: Recipe,
  source: Source,
  keys: ReturnType<typeof trainingSetKeys>,
): Promise<TrainingSet> {
  const outputDir = join(job.dir, 'training-set');
  await mkdir(outputDir);
  const spec = compileTrainingSet(recipe, source, duckDbDialect);
  const manifest = await runEmbedded(spec, {
    outputDir,
    duckDb: { ...engine, tempDir: join(job.dir, 'spill') },
    signal: job.signal,
    onStatement: (view, ms) => job.logger.debug({ view, ms }, 'statement done'),
  });
  const attempt = crypto.randomUUID().slice(0, 8);
  const named = manifest.files.map((file) => ({
    ...file,
    file: file.file.replace('.parquet', `-${attempt}.parquet`),
  }));
  for (const [index, { file }] of manifest.files.entries())
    await uploadFile(lake, `${keys.prefix}${named[index]?.file ?? file}`, join(outputDir, file));
  await lake.putNew(keys.recipe, JSON.stringify(recipe));
  const published = { ...manifest, files: named };
  if (await lake.putNew(keys.manifest, JSON.stringify(published)))
    return { path: join(outputDir, manifest.files[0]?.file ?? ''), manifest: published };
  return fetchTrainingSet(lake, job, keys);
}

/** A training set that an earlier delivery of the message has stored. */
export async function fetchTrainingSet(
  lake: Lake,
  job: RunningJob,
  keys: ReturnType<typeof trainingSetKeys>,
): Promise<TrainingSet> {
  const manifest = await lake.getJson(keys.manifest, runManifest);
  const [file] = manifest.files;
  if (!file) throw new Error(`${keys.manifest} names no file`);
  const path = join(job.dir, 'training-set.parquet');
  await downloadFile(lake, `${keys.prefix}${file.file}`, path, job.signal);
  return { path, manifest };
}
