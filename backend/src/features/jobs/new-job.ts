import type { Job } from '@foretell/core/contracts/control-api';
import { newId } from '@foretell/core/node/new-id';
import type { Transaction } from '../../db/database.ts';
import { insertRows } from '../../db/rows.ts';
import { jobs, type JobRow } from '../../db/work.ts';

export const shownJob = (row: JobRow): Job => ({
  id: row.id,
  type: row.type,
  status: row.status,
  progress: row.progress,
  step: row.step,
  error: row.error,
  subject: { kind: row.subjectKind, id: row.subjectId },
  figures: row.figures,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  finishedAt: row.finishedAt,
});

/** A job that waits for its message's arrival: enqueue the message in the same transaction. */
export async function addJob(
  tx: Transaction,
  workspace: string,
  type: Job['type'],
  subject: Job['subject'],
): Promise<JobRow> {
  const at = new Date().toISOString();
  const row: JobRow = {
    id: newId(),
    workspace,
    type,
    status: 'queued',
    progress: 0,
    step: 'waiting for a worker',
    error: null,
    subjectKind: subject.kind,
    subjectId: subject.id,
    figures: {},
    createdAt: at,
    updatedAt: at,
    finishedAt: null,
  };
  await insertRows(tx, jobs, row);
  return row;
}
