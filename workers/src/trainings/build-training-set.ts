import { join } from 'node:path';
import type { Recipe } from '@foretell/core/contracts/recipe';
import type { trainingSetKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { downloadFile, uploadFile } from '@foretell/core/node/lake-files';
import { runManifest, type RunManifest } from '@foretell/spark-jobs/job';
import { newAttempt } from '../jobs/new-attempt.ts';
import type { RunningJob } from '../jobs/run-job.ts';
import { elsewhere, type FinishedRun, type RunJobs, type RunRequest } from '../runs/job-runs.ts';

export interface TrainingSet {
  /** Its Parquet, here, in the order of its rows; none when Spark has trained on it. */
  paths: string[];
  manifest: RunManifest;
}

type Keys = ReturnType<typeof trainingSetKeys>;

/**
 * Runs the recipe's statements and stores their result: files under names of this attempt, the recipe, the manifest last.
 * `elsewhere`: not yet.
 */
export async function buildTrainingSet(
  { lake, runs }: { lake: Lake; runs: RunJobs },
  job: RunningJob,
  recipe: Recipe,
  { featureSet, compile, next }: Pick<RunRequest, 'featureSet' | 'compile' | 'next'>,
  keys: Keys,
): Promise<TrainingSet | typeof elsewhere> {
  const run = await runs(job, {
    purpose: 'training-set',
    folder: keys.runs,
    featureSet,
    compile,
    next,
  });
  if (run === elsewhere) return run;
  checkRowsOut(run.manifest);
  const published = run.prefix === null ? await upload(lake, run, keys) : named(run, run.prefix, keys);
  await lake.putNew(keys.recipe, JSON.stringify(recipe));
  if (await lake.putNew(keys.manifest, JSON.stringify(published)))
    return { paths: run.paths, manifest: published };
  return fetchTrainingSet(lake, job, keys);
}

/** A join never adds a row, nor loses one. */
function checkRowsOut({ files, figures }: RunManifest): void {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  if (rows !== figures['label_rows'])
    throw new Error(
      `the training set has ${rows} rows of ${figures['label_rows'] ?? 'no'} rows with a label`,
    );
}

async function upload(lake: Lake, { manifest, paths }: FinishedRun, keys: Keys): Promise<RunManifest> {
  const attempt = newAttempt();
  const files = manifest.files.map(({ file, ...size }) => ({
    ...size,
    file: file.replace('.parquet', `-${attempt}.parquet`),
  }));
  for (const [index, { file }] of files.entries())
    await uploadFile(lake, `${keys.prefix}${file}`, paths[index] ?? '');
  return { ...manifest, files };
}

/** A run that wrote below the training set's own prefix: its files stay where they are. */
function named({ manifest }: FinishedRun, prefix: string, keys: Keys): RunManifest {
  const below = prefix.slice(keys.prefix.length);
  const renamed = (files: RunManifest['files']) =>
    files.map(({ file, ...size }) => ({ ...size, file: `${below}${file}` }));
  const { training, files } = manifest;
  if (!training) return { ...manifest, files: renamed(files) };
  const trained = { ...training, model: `${below}${training.model}`, files: renamed(training.files) };
  return { ...manifest, files: renamed(files), training: trained };
}

/** A training set that an earlier delivery of the message has stored. */
export async function fetchTrainingSet(lake: Lake, job: RunningJob, keys: Keys): Promise<TrainingSet> {
  const manifest = await lake.getJson(keys.manifest, runManifest);
  const paths: string[] = [];
  for (const [index, { file }] of (manifest.training ? [] : manifest.files).entries()) {
    const path = join(job.dir, `stored-${index}.parquet`);
    await downloadFile(lake, `${keys.prefix}${file}`, path, job.signal);
    paths.push(path);
  }
  return { paths, manifest };
}
