import type { DatasetRow } from '@foretell/backend/db/data';
import { featureSetManifest } from '@foretell/core/contracts/feature-set';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import type { JobOutcome, RunningJob } from '../jobs/run-job.ts';
import type { ImportDeps } from './import-deps.ts';
import { importProblem } from './import-problem.ts';

/** How an import ends that brought no row: the job says since when. Throws in words when rows had to come. */
export async function nothingNew(
  { lake }: Pick<ImportDeps, 'lake'>,
  { id, name, source, latestFeatureSet: newest }: DatasetRow,
  { replaces, along }: { replaces: boolean; along: JobOutcome['along'] },
  job: RunningJob,
): Promise<JobOutcome> {
  if (source === 'warehouse' && (replaces || newest === null))
    throw importProblem(
      'no_rows',
      newest === null
        ? 'The query answers no rows.'
        : 'The query answers no rows any more. The dataset keeps those that it has.',
      { field: 'query' },
    );
  if (newest === null)
    throw importProblem('no_data', 'The source holds no row of the time that was asked for.', {
      field: 'from',
    });
  const { manifest } = featureSetKeys(job.workspace, id, newest);
  const { createdAt } = await lake.getJson(manifest, featureSetManifest);
  await job.report('nothing new', 1, { since: createdAt });
  return {
    kind: 'dataset.unchanged',
    title: `Nothing new for "${name}"`,
    body: 'The source holds no row that is not imported already.',
    link: `/datasets/${id}`,
    along,
    quiet: true,
  };
}
