import { DomainError } from '@foretell/core/domain/errors';
import { datasets } from '../../db/data.ts';
import type { Transaction } from '../../db/database.ts';
import { models } from '../../db/models.ts';
import { lockRow } from '../../db/rows.ts';
import type { JobRow } from '../../db/work.ts';

const deleted = (kind: string) =>
  new DomainError('conflict', `The ${kind} that this job worked on has been deleted.`);

/**
 * Keeps what a job works on (its subject, and the dataset of a batch prediction) from being deleted until `tx` ends. Throws
 * `conflict` when it has been already.
 */
export async function lockSubjects(
  tx: Transaction,
  { workspace, subjectKind, subjectId, payload }: JobRow,
): Promise<void> {
  if (subjectKind === 'model' && !(await lockRow(tx, models, { id: subjectId, workspace })))
    throw deleted('model');
  const dataset = subjectKind === 'dataset' ? subjectId : payload?.['dataset'];
  if (typeof dataset === 'string' && !(await lockRow(tx, datasets, { id: dataset, workspace })))
    throw deleted('dataset');
}
