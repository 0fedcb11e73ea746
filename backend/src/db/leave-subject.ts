import { datasets } from './data.ts';
import type { Transaction } from './database.ts';
import { lockRow, updateRows } from './rows.ts';
import type { JobRow } from './work.ts';

/** A dataset that has a feature set stays usable with it, whatever becomes of the import of another. */
export async function leaveImport(tx: Transaction, dataset: string): Promise<void> {
  const row = await lockRow(tx, datasets, { id: dataset });
  const status = row?.latestFeatureSet == null ? 'failed' : 'ready';
  await updateRows(tx, datasets, { id: dataset }, { status, updatedAt: new Date().toISOString() });
}

/** What a job works on, when the job ends without having done its work: whether it failed, was lost or was cancelled. */
export async function leaveSubject(
  tx: Transaction,
  { type, subjectId }: Pick<JobRow, 'type' | 'subjectId'>,
): Promise<void> {
  if (type === 'dataset.import') await leaveImport(tx, subjectId);
}

/** What a job works on, when the job is to be done again. */
export async function resumeSubject(
  tx: Transaction,
  { type, subjectId }: Pick<JobRow, 'type' | 'subjectId'>,
): Promise<void> {
  if (type !== 'dataset.import') return;
  const row = await lockRow(tx, datasets, { id: subjectId });
  if (row?.latestFeatureSet != null) return;
  const change = { status: 'importing' as const, updatedAt: new Date().toISOString() };
  await updateRows(tx, datasets, { id: subjectId }, change);
}
