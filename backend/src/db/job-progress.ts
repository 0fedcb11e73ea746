import type { Job } from '@foretell/core/contracts/control-api';
import { DomainError } from '@foretell/core/domain/errors';
import { In } from 'typeorm';
import type { Database, Transaction } from './database.ts';
import { lockRow, updateRows } from './rows.ts';
import { jobs, type JobRow } from './work.ts';

type Figures = Record<string, unknown>;
/** More to do in the transaction that finishes the job: the rows that appear with it, and its notification. */
type Along = (tx: Transaction) => Promise<void>;

const unfinished = In(['queued', 'running'] satisfies Job['status'][]);
const maxStepLength = 255;

export interface JobProgress {
  /**
   * Marks the job running and answers it; null when it is finished already: the message came again, acknowledge it and do
   * nothing. Throws `not_found` for an unknown id.
   */
  startJob(id: string): Promise<JobRow | null>;
  /** `progress` is 0 to 1; `figures` are added under the step's name. False: the job is finished, nothing changed. */
  reportProgress(id: string, step: string, progress: number, figures?: Figures): Promise<boolean>;
  /** Finishes the job once. False: it was finished already, and `along` was not run. */
  succeedJob(id: string, along?: Along): Promise<boolean>;
  /** Finishes the job once with what went wrong, in words for the user. */
  failJob(id: string, error: NonNullable<Job['error']>, along?: Along): Promise<boolean>;
}

export function createJobProgress(database: Database): JobProgress {
  const now = () => new Date().toISOString();

  async function finish(id: string, change: Partial<JobRow>, along?: Along): Promise<boolean> {
    return database.write(async (tx) => {
      const at = now();
      const changed = { ...change, updatedAt: at, finishedAt: at };
      if ((await updateRows(tx, jobs, { id, status: unfinished }, changed)) === 0) return false;
      await along?.(tx);
      return true;
    });
  }

  return {
    async startJob(id) {
      return database.write(async (tx) => {
        const row = await tx.findOneBy(jobs, { id });
        if (!row) throw new DomainError('not_found', `There is no job ${id}.`);
        const change = { status: 'running' as const, updatedAt: now() };
        const found = await updateRows(tx, jobs, { id, status: unfinished }, change);
        return found === 1 ? { ...row, ...change } : null;
      });
    },
    async reportProgress(id, step, progress, figures) {
      return database.write(async (tx) => {
        const row = await lockRow(tx, jobs, { id, status: unfinished });
        if (!row) return false;
        const known = row.figures[step];
        const merged = { ...(typeof known === 'object' ? known : {}), ...figures };
        const found = await updateRows(
          tx,
          jobs,
          { id, status: unfinished },
          {
            status: 'running',
            step: step.slice(0, maxStepLength),
            progress: Math.min(1, Math.max(0, progress)),
            figures: figures ? { ...row.figures, [step]: merged } : row.figures,
            updatedAt: now(),
          },
        );
        return found === 1;
      });
    },
    succeedJob: (id, along) => finish(id, { status: 'succeeded', progress: 1, error: null }, along),
    failJob: (id, error, along) => finish(id, { status: 'failed', error }, along),
  };
}
