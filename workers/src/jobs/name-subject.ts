import { datasets } from '@foretell/backend/db/data';
import type { Transaction } from '@foretell/backend/db/database';
import { models } from '@foretell/backend/db/models';
import type { JobRow } from '@foretell/backend/db/work';

/** What a job works on, as a notification's title names it. */
export async function nameSubject(
  tx: Transaction,
  { subjectKind, subjectId, workspace }: Pick<JobRow, 'subjectKind' | 'subjectId' | 'workspace'>,
): Promise<string> {
  const where = { id: subjectId, workspace };
  const row = await (subjectKind === 'dataset' ? tx.findOneBy(datasets, where) : tx.findOneBy(models, where));
  return row ? `"${row.name}"` : `${subjectKind} ${subjectId}`;
}
