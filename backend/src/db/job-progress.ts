import type { Job } from '@foretell/core/contracts/control-api/jobs';
import { DomainError } from '@foretell/core/domain/errors';
import { IsNull, type FindOptionsWhere } from 'typeorm';
import type { Database, Transaction } from './database.ts';
import { resumeSubject } from './leave-subject.ts';
import { lockRow, updateRows } from './rows.ts';
import { jobs, unfinishedJob as unfinished, type JobRow } from './work.ts';

type Figures = Record<string, unknown>;
/** More to do in the transaction that finishes the job: the rows that appear with it, and its notification. */
type Along = (tx: Transaction) => Promise<void>;

const maxStepLength = 255;

/** The error code of a job whose message is on the dead-letter queue. */
export const givenUp = 'given_up';

export interface JobProgress {
  /**
   * Marks the job running and answers it; null when it is finished already: the message came again, acknowledge it and do
   * nothing. A job that was given up runs again: its message comes only when an operator has taken it back from the dead
   * letters. Throws `not_found` for an unknown id.
   */
  startJob(id: string): Promise<JobRow | null>;
  /**
   * Says that a worker is at it, which the sweep of lost jobs goes by. False: there is nothing to do any more, the job was
   * cancelled, or finished by another delivery of its message, or is another attempt by now.
   */
  heartbeat(job: Pick<JobRow, 'id' | 'attempt'>): Promise<boolean>;
  /** `progress` is 0 to 1; `figures` are added under the step's name. False: the job is finished, nothing changed. */
  reportProgress(id: string, step: string, progress: number, figures?: Figures): Promise<boolean>;
  /** Says what broke a try off, in words for the user: the job runs on, its message comes again. */
  reportTrouble(job: Pick<JobRow, 'id' | 'attempt'>, error: NonNullable<Job['error']>): Promise<void>;
  /** Finishes the job once. False: it was finished already, and `along` was not run. */
  succeedJob(id: string, along?: Along): Promise<boolean>;
  /**
   * Finishes the job once with what went wrong, in words for the user. With `as`, only if no worker and nobody else has
   * been at it since it was read so.
   */
  failJob(id: string, error: NonNullable<Job['error']>, along?: Along, as?: JobRow): Promise<boolean>;
}

const untouched = ({ message, heartbeatAt, updatedAt }: JobRow): FindOptionsWhere<JobRow> => ({
  message: message ?? IsNull(),
  heartbeatAt: heartbeatAt ?? IsNull(),
  updatedAt,
});

export function createJobProgress(database: Database): JobProgress {
  const now = () => new Date().toISOString();

  async function finish(
    id: string,
    change: Partial<JobRow>,
    along?: Along,
    as: FindOptionsWhere<JobRow> = {},
  ): Promise<boolean> {
    return database.write(async (tx) => {
      const at = now();
      const changed = { ...change, updatedAt: at, finishedAt: at };
      if ((await updateRows(tx, jobs, { ...as, id, status: unfinished }, changed)) === 0) return false;
      await along?.(tx);
      return true;
    });
  }

  return {
    async startJob(id) {
      return database.write(async (tx) => {
        const row = await lockRow(tx, jobs, { id });
        if (!row) throw new DomainError('not_found', `There is no job ${id}.`);
        const again = row.status === 'failed' && row.error?.code === givenUp;
        if (row.finishedAt !== null && !again) return null;
        if (again) await resumeSubject(tx, row);
        const at = now();
        const change = {
          status: 'running' as const,
          error: null,
          startedAt: row.startedAt ?? at,
          heartbeatAt: at,
          updatedAt: at,
          finishedAt: null,
        };
        await updateRows(tx, jobs, { id }, change);
        return { ...row, ...change };
      });
    },
    heartbeat: ({ id, attempt }) =>
      database.write(
        async (tx) =>
          (await updateRows(tx, jobs, { id, attempt, status: unfinished }, { heartbeatAt: now() })) === 1,
      ),
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
            heartbeatAt: now(),
            updatedAt: now(),
          },
        );
        return found === 1;
      });
    },
    async reportTrouble({ id, attempt }, error) {
      await database.write((tx) => updateRows(tx, jobs, { id, attempt, status: unfinished }, { error }));
    },
    succeedJob: (id, along) => finish(id, { status: 'succeeded', progress: 1, error: null }, along),
    failJob: (id, error, along, as) => finish(id, { status: 'failed', error }, along, as && untouched(as)),
  };
}
