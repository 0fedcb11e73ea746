import { In } from 'typeorm';
import { addJob } from './add-job.ts';
import type { Transaction } from './database.ts';
import { jobs, type JobRow } from './work.ts';

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
  const unfinished = {
    subjectId: dataset,
    type: 'dataset.import',
    status: In(['queued', 'running']),
  } as const;
  if (await tx.existsBy(jobs, unfinished)) return null;
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
