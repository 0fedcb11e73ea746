import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '@foretell/core/domain/errors';
import { duckDbDialect } from './dialect.ts';
import type { DuckDbOptions } from './duckdb.ts';
import { runEmbedded } from './embedded-runner.ts';
import type { JobSpec } from './job.ts';
import type { RunHandle, RunState, TrainingSetRunner } from './spark/training-set-runner.ts';

interface Run {
  /** SHA-256 of the job. */
  job: string;
  state: RunState;
  abort: AbortController;
}

/** The embedded engine as a runner: runs live as long as this process does, and are unknown after it. */
export function createEmbeddedTrainingSetRunner(duckDb: DuckDbOptions): TrainingSetRunner {
  const runs = new Map<string, Run>();

  async function work(job: JobSpec, folder: string, run: Run): Promise<RunState> {
    try {
      await mkdir(folder, { recursive: true });
      const { signal } = run.abort;
      const manifest = await runEmbedded(job, { outputDir: folder, duckDb, signal });
      await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest), { flag: 'wx' });
      return { status: 'succeeded', manifest };
    } catch (error) {
      if (run.abort.signal.aborted) return { status: 'cancelled' };
      const tail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const words =
        error instanceof DomainError
          ? error.message
          : `The embedded engine failed: ${tail.split('\n')[0] ?? ''}`;
      return { status: 'failed', cause: { words, tail } };
    }
  }

  const found = ({ runId }: RunHandle): Run => {
    const run = runs.get(runId);
    if (run) return run;
    throw new DomainError(
      'not_found',
      `The embedded engine knows no run ${runId}: it ended with its process.`,
    );
  };

  return {
    dialect: duckDbDialect,
    submit(runId, { job, folder }) {
      const handle = { runId, folder, engineId: runId };
      const asked = createHash('sha256').update(JSON.stringify(job)).digest('hex');
      const known = runs.get(runId);
      if (known && known.job !== asked)
        return Promise.reject(new DomainError('conflict', `Run ${runId} was submitted with another job.`));
      if (known) return Promise.resolve(handle);
      const run: Run = { job: asked, state: { status: 'running' }, abort: new AbortController() };
      runs.set(runId, run);
      void work(job, folder, run).then((state) => (run.state = state));
      return Promise.resolve(handle);
    },
    describe: (handle) => Promise.resolve().then(() => found(handle).state),
    cancel: (handle) =>
      Promise.resolve().then(() => {
        found(handle).abort.abort();
      }),
  };
}
