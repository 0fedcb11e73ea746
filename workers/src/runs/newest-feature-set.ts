import { datasets } from '@foretell/backend/db/data';
import type { Database } from '@foretell/backend/db/database';
import { DomainError } from '@foretell/core/domain/errors';

/** The number of a dataset's newest feature set; `invalid` when the workspace has no such dataset, or it has no data. */
export async function newestFeatureSet(
  read: Database['read'],
  workspace: string,
  id: string,
): Promise<number> {
  const row = await read.findOneBy(datasets, { id, workspace });
  if (row?.latestFeatureSet == null)
    throw new DomainError('invalid', `There is no feature set of dataset ${id}.`);
  return row.latestFeatureSet;
}
