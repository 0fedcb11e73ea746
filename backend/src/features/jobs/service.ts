import type { Job, jobsQuery } from '@foretell/core/contracts/control-api/jobs';
import type { Message } from '@foretell/core/contracts/messages';
import { DomainError } from '@foretell/core/domain/errors';
import { IsNull, type FindOptionsWhere } from 'typeorm';
import type { z } from 'zod';
import { waiting } from '../../db/add-job.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { leaveSubject, resumeSubject } from '../../db/leave-subject.ts';
import { enqueueMessage } from '../../db/outbox.ts';
import { lockRow, pageOf, updateRows } from '../../db/rows.ts';
import { jobs, outbox, type JobRow } from '../../db/work.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { owned } from '../owned.ts';
import { lockSubjects } from './lock-subjects.ts';
import { shownJob } from './shown-job.ts';

const conflict = (detail: string) => new DomainError('conflict', detail);

/** The end of an attempt, as its job's history keeps it. */
const asAttempt = ({ attempt, status, error, startedAt, finishedAt }: JobRow): Job['history'][number] => ({
  attempt,
  status,
  error,
  startedAt,
  finishedAt,
});

/** What runs in the background, and what ran: progress, history, cancelling and doing it again. */
export function createJobService(database: Database) {
  const find = async (tx: Transaction, { workspace }: Caller, id: string) =>
    owned(await lockRow(tx, jobs, { id }), workspace, 'job');

  async function change(tx: Transaction, row: JobRow, changed: Partial<JobRow>): Promise<Job> {
    await updateRows(tx, jobs, { id: row.id }, changed);
    return shownJob({ ...row, ...changed });
  }

  return {
    async list({ workspace }: Caller, { type, status, subject, ...request }: z.output<typeof jobsQuery>) {
      const where: FindOptionsWhere<JobRow> = {
        workspace,
        ...(type === undefined ? {} : { type }),
        ...(status === undefined ? {} : { status }),
        ...(subject === undefined ? {} : { subjectId: subject }),
      };
      const { items, nextCursor } = await pageOf(database.read, jobs, where, request);
      return { items: items.map(shownJob), nextCursor };
    },

    get: async ({ workspace }: Caller, id: string) =>
      shownJob(owned(await database.read.findOneBy(jobs, { id }), workspace, 'job')),

    /** The worker that is at it hears of it by its next heartbeat, and stops. What it has written is named by nothing. */
    cancel: (caller: Caller, id: string) =>
      database.write(async (tx) => {
        const row = await find(tx, caller, id);
        if (row.finishedAt !== null)
          throw conflict(`This job has ${row.status} already: there is nothing to cancel.`);
        await tx.delete(outbox, { job: id, sentAt: IsNull() });
        await leaveSubject(tx, row);
        await auditBy(tx, caller, 'job.cancelled', `job ${id}`, { type: row.type, attempt: row.attempt });
        const at = new Date().toISOString();
        return change(tx, row, { status: 'cancelled', updatedAt: at, finishedAt: at });
      }),

    retry: (caller: Caller, id: string) =>
      database.write(async (tx) => {
        const row = await find(tx, caller, id);
        if (row.status !== 'failed' && row.status !== 'cancelled')
          throw conflict(`This job is ${row.status}: only one that failed or was cancelled can be retried.`);
        await lockSubjects(tx, row);
        if (row.payload === null)
          throw conflict('This job is too old to be retried: start a new one in its place.');
        // Each payload was checked against its type when the job was made, and is again here.
        const payload = row.payload as Message<JobRow['type']>['payload'];
        const message = await enqueueMessage(tx, row.type, row.workspace, payload, id);
        await resumeSubject(tx, row);
        await auditBy(tx, caller, 'job.retried', `job ${id}`, { type: row.type, attempt: row.attempt + 1 });
        return change(tx, row, {
          status: 'queued',
          progress: 0,
          step: waiting,
          error: null,
          figures: {},
          attempt: row.attempt + 1,
          history: [...(row.history ?? []), asAttempt(row)],
          message,
          startedAt: null,
          heartbeatAt: null,
          updatedAt: new Date().toISOString(),
          finishedAt: null,
        });
      }),
  };
}
export type JobService = ReturnType<typeof createJobService>;
