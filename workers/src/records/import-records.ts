import type { ImportDeps } from '../imports/import-deps.ts';
import { mergeIntoFeatureSet } from '../imports/merge-into-feature-set.ts';
import type { JobOutcome, RunningJob } from '../jobs/run-job.ts';
import { recordIdColumn } from './record-columns.ts';
import { stageRecords } from './stage-records.ts';

/** So many batches become part of a feature set at once; the others wait for the next. */
export const filesAtOnce = 1000;

/** Compaction: the streamed records that wait and the newest feature set, as the next feature set, each record once. */
export async function importRecords(
  deps: ImportDeps,
  datasetId: string,
  job: RunningJob,
): Promise<JobOutcome> {
  const dataset = await deps.store.dataset(job.workspace, datasetId);
  const files = await deps.recordFiles.waiting(dataset.id, filesAtOnce);
  const outcome = await mergeIntoFeatureSet(
    deps,
    dataset,
    {
      keys: files.map(({ key }) => key),
      idColumn: recordIdColumn,
      keeps: 'first',
      replaces: false,
      stage: (dir, signal) => stageRecords(deps.lake, files, dataset.timeColumn, dir, signal),
      markMerged: (tx, n) => deps.recordFiles.markMerged(tx, files, n),
    },
    job,
  );
  return { ...outcome, quiet: dataset.latestFeatureSet !== null };
}
