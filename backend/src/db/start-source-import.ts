import { addJob } from './add-job.ts';
import { datasets } from './data.ts';
import type { Transaction } from './database.ts';
import { lockRow } from './rows.ts';
import { jobs, unfinishedJob, type JobRow } from './work.ts';

export interface SourceImport {
  workspace: string;
  dataset: string;
  /** What came to the source after it is left for the next import. */
  until: Date;
  /** Since when the source is read again, beside what is new. */
  from?: Date | undefined;
}

/** Starts an import from a dataset's source; null when one is under way: two would write the same feature set. */
export async function startSourceImport(
  tx: Transaction,
  { workspace, dataset, until, from }: SourceImport,
): Promise<JobRow | null> {
  // Whoever asks at the same time waits here, and then sees this one's job.
  await lockRow(tx, datasets, { id: dataset });
  const underWay = { subjectId: dataset, type: 'dataset.import' as const, status: unfinishedJob };
  if (await tx.existsBy(jobs, underWay)) return null;
  return addJob(
    tx,
    workspace,
    'dataset.import',
    { kind: 'dataset', id: dataset },
    {
      dataset,
      until: until.toISOString(),
      ...(from ? { from: from.toISOString() } : {}),
    },
  );
}
