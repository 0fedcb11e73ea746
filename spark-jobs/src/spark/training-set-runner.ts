import { z } from 'zod';
import type { Dialect } from '../dialect.ts';
import type { JobSpec, RunManifest } from '../job.ts';
import type { Source } from '../source.ts';

/** What runs compiled jobs: EMR Serverless, EMR on EC2, or the embedded engine. */
export interface TrainingSetRunner {
  /** What the job must be compiled to. */
  readonly dialect: Dialect;
  /**
   * Starts the run, or finds it where it was started before: the same id with the same job runs once, however often it is
   * submitted.
   */
  submit(runId: string, run: RunRequest): Promise<RunHandle>;
  describe(handle: RunHandle): Promise<RunState>;
  /** Asks for its end; `describe` says when it has ended. A run that has ended stays as it is. */
  cancel(handle: RunHandle): Promise<void>;
}

export interface RunRequest {
  job: JobSpec;
  /** Its `paths` must be readable where the job runs: s3:// addresses, or files for the embedded engine. */
  source: Source;
  /** Of this run alone, ending in a slash: a prefix of the lake, or a folder for the embedded engine. */
  folder: string;
}

/** All that is needed to ask for a run later, from another process too. */
export const runHandle = z.object({
  runId: z.string(),
  folder: z.string(),
  /** The run's id where it runs: a job run's, a step's. */
  engineId: z.string(),
});
export type RunHandle = z.output<typeof runHandle>;

export type RunState =
  | { status: 'queued' | 'running' | 'cancelled' }
  | { status: 'succeeded'; manifest: RunManifest }
  | { status: 'failed'; cause: FailureCause };

export interface FailureCause {
  /** For the user. */
  words: string;
  /** What the engine said last: lines, as they are. */
  tail: string;
}
