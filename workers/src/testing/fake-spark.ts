import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { duckDbDialect } from '@foretell/spark-jobs/dialect';
import { runEmbedded } from '@foretell/spark-jobs/embedded-runner';
import type { RunState, TrainingSetRunner } from '@foretell/spark-jobs/spark/training-set-runner';
import type { MemoryLake } from './memory-lake.ts';

export interface FakeSpark extends TrainingSetRunner {
  /** What it answers of every run that has not been finished. */
  state: RunState;
  submitted: string[];
  cancelled: string[];
  /** Really runs the job, by the embedded engine, into the run's folder; it has succeeded then. */
  finish(engineId: string): Promise<void>;
}

/** A Spark elsewhere for tests of what waits for it: nothing happens until the test says so. */
export function createFakeSpark(lake: MemoryLake, dir: string): FakeSpark {
  const work = new Map<string, () => Promise<RunState>>();
  const done = new Map<string, RunState>();
  const local = (address: string) => join(dir, address.replaceAll(/[^\w.]/g, '_'));
  const spark: FakeSpark = {
    dialect: { ...duckDbDialect, scan: (paths, view) => duckDbDialect.scan(paths.map(local), view) },
    state: { status: 'queued' },
    submitted: [],
    cancelled: [],
    submit(runId, { job, source, folder }) {
      const engineId = `job-run-of-${runId}`;
      if (!spark.submitted.includes(runId)) spark.submitted.push(runId);
      work.set(engineId, async () => {
        const read = [source, ...(source.events ?? [])];
        for (const address of read.flatMap(({ paths }) => paths))
          await writeFile(local(address), lake.objects.get(address.replace(/^s3:\/\/[^/]+\//, '')) ?? '');
        const outputDir = join(dir, runId);
        await mkdir(outputDir);
        const duckDb = { threads: 1, memoryMb: 500, tempDir: join(dir, 'spill') };
        const signal = new AbortController().signal;
        const manifest = await runEmbedded(job, { outputDir, duckDb, signal });
        for (const { file } of manifest.files)
          await lake.putNew(`${folder}${file}`, await readFile(join(outputDir, file)));
        await lake.putNew(`${folder}manifest.json`, JSON.stringify(manifest));
        return { status: 'succeeded', manifest };
      });
      return Promise.resolve({ runId, folder, engineId });
    },
    describe: ({ engineId }) => Promise.resolve(done.get(engineId) ?? spark.state),
    cancel: ({ engineId }) => Promise.resolve(void spark.cancelled.push(engineId)),
    async finish(engineId) {
      const run = work.get(engineId);
      if (!run) throw new Error(`${engineId} was not submitted`);
      done.set(engineId, await run());
    },
  };
  return spark;
}
