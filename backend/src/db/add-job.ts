import type { Job } from '@foretell/core/contracts/control-api/jobs';
import type { Message } from '@foretell/core/contracts/messages';
import { newId } from '@foretell/core/node/new-id';
import type { Transaction } from './database.ts';
import { enqueueMessage } from './outbox.ts';
import { insertRows } from './rows.ts';
import { jobs, type JobRow } from './work.ts';

type JobType = Job['type'];
/** What a job's message carries besides the job's own id. */
export type JobPayload<T extends JobType = JobType> = T extends JobType
  ? WithoutJob<Message<T>['payload']>
  : never;
/** Of each of several payloads by itself. */
type WithoutJob<P> = P extends unknown ? Omit<P, 'job'> : never;

export const waiting = 'waiting for a worker';

/** A job's row before anything has happened to it. */
export function queuedJob(
  workspace: string,
  type: JobType,
  subject: Job['subject'],
  createdAt = new Date().toISOString(),
): JobRow {
  return {
    id: newId(),
    workspace,
    type,
    status: 'queued',
    progress: 0,
    step: waiting,
    error: null,
    subjectKind: subject.kind,
    subjectId: subject.id,
    figures: {},
    attempt: 1,
    history: null,
    payload: null,
    message: null,
    startedAt: null,
    heartbeatAt: null,
    createdAt,
    updatedAt: createdAt,
    finishedAt: null,
  };
}

/** A job with the message that starts it: both are there once `tx` is committed, or neither. */
export async function addJob<T extends JobType>(
  tx: Transaction,
  workspace: string,
  type: T,
  subject: Job['subject'],
  rest: JobPayload<T>,
): Promise<JobRow> {
  const row = queuedJob(workspace, type, subject);
  const payload = { ...rest, job: row.id } as unknown as Message<T>['payload'];
  const message = await enqueueMessage(tx, type, workspace, payload, row.id);
  const added = { ...row, message, payload };
  await insertRows(tx, jobs, added);
  return added;
}
