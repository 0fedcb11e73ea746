import type { JobProgress } from '@foretell/backend/db/job-progress';
import type { SparkRunRow } from '@foretell/backend/db/spark-runs';
import { anyMessage } from '@foretell/core/contracts/messages';
import type { RunState, TrainingSetRunner } from '@foretell/spark-jobs/spark/training-set-runner';
import type { Handler } from '../runtime/handler.ts';
import type { SendMessage } from '../runtime/send-message.ts';
import type { SparkRunStore } from './spark-run-store.ts';
import { checkEverySeconds, isOver, mayTryAgain } from './spark-runs.ts';

export interface CheckRunDeps {
  runner: TrainingSetRunner;
  store: SparkRunStore;
  jobs: JobProgress;
  send: SendMessage;
  /** After which a run is cancelled, and has failed. */
  timeoutMinutes: number;
  now: () => Date;
}

/** Times the attempt. */
const backOffSeconds = 30;

/**
 * Follows a run on EMR: tells its job how it stands, ends it when its job was cancelled or it takes too long, and lets the
 * job go on when it has ended. Asked by a message that sends itself again while the run lasts, and by EMR's events.
 */
export function createCheckRunHandler(deps: CheckRunDeps): Handler<'spark-run.check'> {
  const { runner, store, jobs, send, now } = deps;

  /** First the message that goes on, then the state: whoever dies in between leaves a run that is asked for again. */
  async function finish(run: SparkRunRow, change: Partial<SparkRunRow>): Promise<void> {
    const at = now().toISOString();
    const ended = { ...run, ...change, updatedAt: at, finishedAt: at };
    const backOff = mayTryAgain(ended) ? backOffSeconds * run.attempt : 0;
    await resume(run, backOff);
    await store.change(run.id, { ...change, updatedAt: at, finishedAt: at });
  }

  async function resume({ id, workspace, next, submittedAt }: SparkRunRow, delaySeconds: number) {
    const envelope = { ...next, id, version: 1, workspace, createdAt: submittedAt };
    const { type, payload } = anyMessage.parse(envelope);
    await send(type, workspace, payload as never, delaySeconds);
  }

  const isOverdue = ({ submittedAt }: SparkRunRow) =>
    now().getTime() - Date.parse(submittedAt) > deps.timeoutMinutes * 60_000;

  async function settle(run: SparkRunRow, state: RunState, poll: boolean): Promise<void> {
    switch (state.status) {
      case 'succeeded':
        return finish(run, { status: 'succeeded' });
      case 'failed':
        return finish(run, { status: 'failed', words: state.cause.words, tail: state.cause.tail });
      case 'cancelled':
        return finish(run, { status: 'cancelled', words: 'The run was cancelled on EMR.' });
      default:
        await store.change(run.id, { status: state.status, updatedAt: now().toISOString() });
        if (poll)
          await send(
            'spark-run.check',
            run.workspace,
            { engineId: run.engineId, poll: true },
            checkEverySeconds,
          );
    }
  }

  return async ({ payload: { engineId, poll } }, { logger }) => {
    const run = await store.byEngineId(engineId);
    // Another application's run, or one whose row is not there yet: its own check follows.
    if (!run || isOver(run)) return;
    const handle = { runId: `${run.job}-${run.purpose}-${run.attempt}`, folder: run.folder, engineId };
    const state = await runner.describe(handle);
    logger.debug({ engineId, status: state.status }, 'asked for a run on Spark');
    const figures = { run: engineId, attempt: run.attempt, status: state.status };
    const step = `${run.purpose.replace('-', ' ')} on Spark`;
    if (!(await jobs.reportProgress(run.job, step, 0.1, figures))) {
      await runner.cancel(handle);
      const at = now().toISOString();
      await store.change(run.id, { status: 'cancelled', updatedAt: at, finishedAt: at });
      return;
    }
    if ((state.status === 'queued' || state.status === 'running') && isOverdue(run)) {
      await runner.cancel(handle);
      const words = `The run took longer than the ${deps.timeoutMinutes} minutes it may.`;
      await finish(run, { status: 'failed', words });
      return;
    }
    await settle(run, state, poll);
  };
}
