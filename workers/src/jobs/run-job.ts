import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobProgress } from '@foretell/backend/db/job-progress';
import type { Transaction } from '@foretell/backend/db/database';
import { notify } from '@foretell/backend/db/notify';
import type { JobRow } from '@foretell/backend/db/work';
import { DomainError } from '@foretell/core/domain/errors';
import type { HandlerContext } from '../runtime/handler.ts';
import { causeOf } from './cause-of.ts';
import { startHeartbeat } from './heartbeat.ts';
import { nameSubject } from './name-subject.ts';

export interface JobDeps {
  jobs: JobProgress;
  /** Where job files are staged: a fresh folder a job, deleted after it. */
  workDir: string;
}

export interface RunningJob extends HandlerContext {
  id: string;
  workspace: string;
  /** When this attempt first began, ISO in UTC: what failed before then belongs to an earlier one. */
  startedAt: string;
  /** Aborts when the job is cancelled, and not when its worker goes: another then goes on. */
  cancelled: AbortSignal;
  /** A folder of this delivery alone. */
  dir: string;
  /**
   * Tells the user where the job stands: `progress` is 0 to 1. Throws when the job was cancelled; `signal` aborts then too,
   * within some seconds of the cancellation.
   */
  report(step: string, progress: number, figures?: Record<string, unknown>): Promise<void>;
}

/** What a job did: `title` and `body` for the notification, and the rows that appear with its success. */
export interface JobOutcome {
  kind: string;
  title: string;
  body: string;
  link: string;
  along: (tx: Transaction) => Promise<void>;
  /** Nobody needs to be told. */
  quiet?: boolean;
}

export interface JobKind {
  /** Of the notification of a failure. */
  failedKind: string;
  /** Is given the name of what the job works on. */
  failedTitle: (subject: string) => string;
  link: string;
  /** Rows that change when the job fails. */
  alongFailure?: (tx: Transaction) => Promise<void>;
  /** Ends what runs outside of any worker, when a message comes for a job that is over: it was cancelled meanwhile. */
  endElsewhere?: () => Promise<void>;
}

/**
 * Runs a job once, however often its message arrives: a finished one is left alone. What is wrong with the user's data
 * (`invalid`) fails the job in words; anything else is thrown, so that the message comes again, and what is `unavailable` is
 * told meanwhile. Work that goes on
 * `elsewhere` leaves the job running: a message of its own brings it back.
 */
export async function runJob(
  deps: JobDeps,
  message: { job: string; workspace: string },
  kind: JobKind,
  context: HandlerContext,
  work: (job: RunningJob, row: JobRow) => Promise<JobOutcome | 'elsewhere'>,
): Promise<void> {
  const row = await deps.jobs.startJob(message.job);
  if (!row) {
    await kind.endElsewhere?.();
    return;
  }
  await mkdir(deps.workDir, { recursive: true });
  const dir = await mkdtemp(join(deps.workDir, `${row.type}-`));
  const cancelled = new AbortController();
  const stop = () => cancelled.abort(new JobCancelled());
  const heartbeat = startHeartbeat(deps.jobs, row, stop, context.logger);
  const job: RunningJob = {
    id: row.id,
    workspace: row.workspace,
    startedAt: row.startedAt ?? row.updatedAt,
    dir,
    logger: context.logger.child({ job: row.id }),
    signal: AbortSignal.any([context.signal, cancelled.signal]),
    cancelled: cancelled.signal,
    async report(step, progress, figures) {
      if (await deps.jobs.reportProgress(row.id, step, progress, figures)) return;
      stop();
      cancelled.signal.throwIfAborted();
    },
  };
  try {
    const outcome = await work(job, row);
    if (outcome === 'elsewhere') return;
    await deps.jobs.succeedJob(row.id, async (tx) => {
      await outcome.along(tx);
      if (outcome.quiet) return;
      const { kind, title, body, link } = outcome;
      await notify(tx, { workspace: row.workspace, source: causeOf(row), kind, title, body, link });
    });
  } catch (error) {
    // Whatever it broke on, it was stopped.
    if (cancelled.signal.aborted) return;
    if (!(error instanceof DomainError)) throw error;
    if (error.code === 'unavailable') await deps.jobs.reportTrouble(row, wordsOf(error));
    if (error.code !== 'invalid') throw error;
    await fail(deps, row, kind, error);
  } finally {
    heartbeat.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** The job was finished by somebody else: cancelled by the user, or done by another delivery of its message. */
class JobCancelled extends Error {
  override readonly name = 'JobCancelled';
}

async function fail(deps: JobDeps, row: JobRow, kind: JobKind, error: DomainError): Promise<void> {
  const words = wordsOf(error);
  await deps.jobs.failJob(row.id, words, async (tx) => {
    await kind.alongFailure?.(tx);
    const { failedKind, failedTitle, link } = kind;
    const { workspace } = row;
    await notify(tx, {
      workspace,
      source: causeOf(row),
      kind: failedKind,
      title: failedTitle(await nameSubject(tx, row)),
      body: words.detail,
      link,
    });
  });
}

function wordsOf({ code, message, problems: [problem] }: DomainError): NonNullable<JobRow['error']> {
  return {
    code: problem?.code ?? code,
    field: problem?.field ?? null,
    detail: problem?.detail ?? message,
  };
}
