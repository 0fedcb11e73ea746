import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lake } from '@foretell/core/node/lake';
import { duckDbDialect } from '@foretell/spark-jobs/dialect';
import { runEmbedded } from '@foretell/spark-jobs/embedded-runner';
import { bringFeatureSet } from './feature-set.ts';
import type { RunJobs } from './job-runs.ts';

export interface Engine {
  threads: number;
  memoryMb: number;
}

/** The embedded engine, in this process: the feature set is brought here, and what it makes stays here. */
export function createEmbeddedRuns(lake: Lake, engine: Engine): RunJobs {
  return async (job, { purpose, featureSet, compile }) => {
    const source = await bringFeatureSet(lake, featureSet, job.dir, job.signal);
    const outputDir = join(job.dir, purpose);
    await mkdir(outputDir, { recursive: true });
    const manifest = await runEmbedded(compile(source, duckDbDialect), {
      outputDir,
      duckDb: { ...engine, tempDir: join(job.dir, 'spill') },
      signal: job.signal,
      onStatement: (view, ms) => job.logger.debug({ view, ms }, 'statement done'),
    });
    return { paths: manifest.files.map(({ file }) => join(outputDir, file)), manifest, prefix: null };
  };
}
