import { join } from 'node:path';
import type { SparkRunRow } from '@foretell/backend/db/spark-runs';
import { DomainError } from '@foretell/core/domain/errors';
import type { Lake } from '@foretell/core/node/lake';
import { downloadFile } from '@foretell/core/node/lake-files';
import { newId } from '@foretell/core/node/new-id';
import { mayPass } from '@foretell/spark-jobs/spark/failure-words';
import { runFolder } from '@foretell/spark-jobs/spark/run-folder';
import type { TrainingSetRunner } from '@foretell/spark-jobs/spark/training-set-runner';
import type { RunningJob } from '../jobs/run-job.ts';
import type { SendMessage } from '../runtime/send-message.ts';
import { elsewhere, type FinishedRun, type RunJobs, type RunRequest } from './job-runs.ts';
import type { SparkRunStore } from './spark-run-store.ts';

export interface SparkRunsDeps {
  runner: TrainingSetRunner;
  store: SparkRunStore;
  lake: Lake;
  send: SendMessage;
  now: () => Date;
}

/** A run is tried so often; causes that lie in the data or in a missing right are not tried again. */
const maxAttempts = 3;
/** How often a run is asked for. Its state changes come as events besides; this makes up for a lost one. */
export const checkEverySeconds = 30;

/**
 * Runs on EMR: submitted, kept as a row, and left. `spark-run.check` messages and EMR's events follow a run to its end
 * (check-run-handler.ts), when the job's own message comes again and finds it here.
 */
export function createSparkRuns(deps: SparkRunsDeps): RunJobs {
  return async (job, request) => {
    const run = await deps.store.latest(job.id, request.purpose);
    if (run?.status === 'succeeded') return bring(deps.lake, job, run);
    if (run && !isOver(run)) return follow(deps, job, run.engineId);
    const isOfThisAttempt = run !== null && run.submittedAt >= job.startedAt;
    if (isOfThisAttempt && !mayTryAgain(run)) throw await failure(job, run);
    return submit(deps, job, request, (run?.attempt ?? 0) + 1);
  };
}

export const isOver = ({ status }: SparkRunRow) => status !== 'queued' && status !== 'running';

/** Attempts count on when the user starts the job again. */
export const mayTryAgain = ({ status, attempt, words, tail }: SparkRunRow) =>
  status === 'failed' && attempt % maxAttempts !== 0 && mayPass(`${words ?? ''}\n${tail ?? ''}`);

async function follow({ send }: SparkRunsDeps, job: RunningJob, engineId: string): Promise<typeof elsewhere> {
  await send('spark-run.check', job.workspace, { engineId, poll: true }, checkEverySeconds);
  return elsewhere;
}

async function submit(
  deps: SparkRunsDeps,
  job: RunningJob,
  { purpose, folder: prefix, featureSet, compile, next }: RunRequest,
  attempt: number,
): Promise<typeof elsewhere> {
  const { runner, store, now } = deps;
  const folder = `${prefix}${attempt}/`;
  const { source } = featureSet;
  const { engineId } = await runner.submit(`${job.id}-${purpose}-${attempt}`, {
    job: compile(source, runner.dialect),
    source,
    folder,
  });
  const submittedAt = now().toISOString();
  await store.add({
    id: newId(),
    workspace: job.workspace,
    job: job.id,
    purpose,
    attempt,
    engineId,
    folder,
    status: 'queued',
    words: null,
    tail: null,
    next,
    submittedAt,
    updatedAt: submittedAt,
    finishedAt: null,
  });
  job.logger.info({ engineId, purpose, attempt }, 'submitted to Spark');
  return follow(deps, job, engineId);
}

async function bring(lake: Lake, job: RunningJob, run: SparkRunRow): Promise<FinishedRun> {
  const manifest = await runFolder(lake, run.folder).manifest();
  if (!manifest) throw new Error(`${run.folder} has no manifest, and its run has succeeded`);
  const paths: string[] = [];
  const wanted = manifest.training ? [] : manifest.files;
  for (const [index, { file, rows }] of wanted.entries()) {
    if (rows === 0 && wanted.length > 1) continue;
    const path = join(job.dir, `${run.purpose}-${index}.parquet`);
    await downloadFile(lake, `${run.folder}${file}`, path, job.signal);
    paths.push(path);
  }
  return { paths, manifest, prefix: run.folder };
}

async function failure(job: RunningJob, run: SparkRunRow): Promise<DomainError> {
  const detail = run.words ?? 'The run on Spark was cancelled.';
  await job.report('spark', 0, { run: run.engineId, attempt: run.attempt, log: run.tail ?? '' });
  const problem = { field: 'recipe', code: 'spark_failed', detail };
  return new DomainError('invalid', detail, { problems: [problem] });
}
