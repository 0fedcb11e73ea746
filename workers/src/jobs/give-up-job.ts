import type { Database } from '@foretell/backend/db/database';
import { givenUp, type JobProgress } from '@foretell/backend/db/job-progress';
import { leaveSubject } from '@foretell/backend/db/leave-subject';
import { notify } from '@foretell/backend/db/notify';
import { jobs as jobRows, type JobRow } from '@foretell/backend/db/work';
import type { Message } from '@foretell/core/contracts/messages';
import { causeOf } from './cause-of.ts';
import { nameSubject } from './name-subject.ts';

export interface GiveUpDeps {
  database: Database;
  jobs: JobProgress;
}

/** Why no worker will finish a job, in words that say what to do. */
export const reasons = {
  failedOften: {
    code: givenUp,
    words: 'It failed on our side however often it was tried. Retry it',
  },
  workersDied: {
    code: givenUp,
    words:
      'Every worker that began it died before it was done, most likely for want of memory. Retry it, with less data if you can',
  },
  lost: {
    code: 'lost',
    words: 'It was lost on its way to a worker. Retry it',
  },
} as const;
type Reason = keyof typeof reasons;

/** Fails a job that no worker will finish, if it still is as `row` says, and tells whoever waits for it. */
export async function giveUpJob(
  { jobs }: Pick<GiveUpDeps, 'jobs'>,
  row: JobRow,
  reason: Reason,
): Promise<boolean> {
  const { code, words } = reasons[reason];
  const last = reason === 'failedOften' ? row.error?.detail : undefined;
  const said =
    last === undefined ? words : `${last} It was tried again several times. Once that is mended, retry it`;
  const detail = `${said}; if it fails again, tell your operator the id ${row.id}.`;
  const along = async (tx: Parameters<typeof leaveSubject>[0]) => {
    await leaveSubject(tx, row);
    await notify(tx, {
      workspace: row.workspace,
      source: `${causeOf(row)} given up`,
      kind: 'job.failed',
      title: `A job of ${await nameSubject(tx, row)} was given up`,
      body: detail,
      link: row.subjectKind === 'dataset' ? `/datasets/${row.subjectId}` : `/models/${row.subjectId}`,
    });
  };
  return jobs.failJob(row.id, { code, field: null, detail }, along, row);
}

/** Ids of messages sort by time: one from before a job's present attempt says nothing of that. */
export const isOfThisAttempt = ({ message }: JobRow, messageId: string): boolean =>
  messageId >= (message ?? '');

/** A message that was just put on the dead-letter queue is not tried again, and neither is the attempt it belongs to. */
export async function giveUpMessage(deps: GiveUpDeps, { id, payload }: Message): Promise<void> {
  if (!('job' in payload)) return;
  const row = await deps.database.read.findOneBy(jobRows, { id: payload.job });
  if (row && isOfThisAttempt(row, id)) await giveUpJob(deps, row, 'failedOften');
}
