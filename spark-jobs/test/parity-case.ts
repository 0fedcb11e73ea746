import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { compileSnapshot } from '../src/compile-snapshot.ts';
import { compileTrainingSet } from '../src/compile-training-set.ts';
import { duckDbDialect, sparkDialect, type Dialect } from '../src/dialect.ts';
import { runEmbedded } from '../src/embedded-runner.ts';
import { runManifest, type JobSpec, type RunManifest } from '../src/job.ts';
import type { Source } from '../src/source.ts';
import { sparkJobOf } from '../src/spark/spark-job.ts';

/** A recipe over a source: its training set, or the online features as of a UTC day. */
export interface ParityCase {
  name: string;
  recipe: Recipe;
  source: Source;
  snapshotDay?: number;
}

export interface PreparedCase extends ParityCase, PreparedJob {}

export interface PreparedJob {
  embedded: RunManifest;
  duckDbDir: string;
  sparkDir: string;
}

export async function prepare(parityCase: ParityCase, dir: string): Promise<PreparedCase> {
  const prepared = await prepareJob((dialect) => compile(parityCase, dialect), parityCase.source, dir);
  return { ...parityCase, ...prepared };
}

/** Runs a job in the embedded engine, and lays it down for Spark's runner. */
export async function prepareJob(
  jobFor: (dialect: Dialect) => JobSpec,
  source: Source,
  dir: string,
): Promise<PreparedJob> {
  const duckDbDir = join(dir, 'duckdb');
  const sparkDir = join(dir, 'spark');
  await mkdir(duckDbDir, { recursive: true });
  await mkdir(sparkDir, { recursive: true });
  const onSpark = sparkJobOf(jobFor(sparkDialect), source);
  await writeFile(join(sparkDir, 'job.json'), JSON.stringify(onSpark));
  const embedded = await runEmbedded(jobFor(duckDbDialect), {
    outputDir: duckDbDir,
    duckDb: { threads: 2, memoryMb: 1024, tempDir: dir },
    signal: new AbortController().signal,
  });
  return { embedded, duckDbDir, sparkDir };
}

function compile({ recipe, source, snapshotDay }: ParityCase, dialect: Dialect): JobSpec {
  return snapshotDay === undefined
    ? compileTrainingSet(recipe, source, dialect)
    : compileSnapshot(recipe, source, dialect, snapshotDay);
}

/** What Spark's run left: its manifest, or the cause of its failure. */
export async function sparkResult(dir: string): Promise<RunManifest | { failure: string }> {
  const files = await readdir(dir);
  if (files.includes('manifest.json'))
    return runManifest.parse(JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')));
  const failed = files.includes('failure.json');
  return { failure: failed ? await readFile(join(dir, 'failure.json'), 'utf8') : `only ${files.join(', ')}` };
}
