import { trainingSetKeys } from '@foretell/core/domain/lake-keys';
import { newId } from '@foretell/core/node/new-id';
import type { RunManifest } from '@foretell/spark-jobs/job';
import { lateFlights } from '@foretell/spark-jobs/testing/flights';
import type { RunningJob } from '../jobs/run-job.ts';
import type { FinishedRun } from '../runs/job-runs.ts';
import { createJobBench, type JobBench } from '../testing/job-bench.ts';
import { buildTrainingSet } from './build-training-set.ts';

let bench: JobBench;
beforeAll(async () => {
  bench = await createJobBench();
});
afterAll(() => bench.close());

/** Builds a training set of a run whose one file of ten rows lies in the lake. */
function build(labelRows: number | null) {
  const keys = trainingSetKeys(bench.workspace, newId(), 1);
  const manifest: RunManifest = {
    version: 1,
    engine: 'test',
    job: 'job',
    files: [{ file: 'rows.parquet', rows: 10, bytes: 1 }],
    columns: [],
    figures: { label_rows: labelRows },
  };
  const run: FinishedRun = { paths: [], manifest, prefix: `${keys.prefix}run/` };
  const deps = { lake: bench.lake, runs: () => Promise.resolve(run) };
  // Of the job and of what is asked, only what the run would need: it is done.
  const [job, request] = [{} as RunningJob, {} as Parameters<typeof buildTrainingSet>[3]];
  const built = buildTrainingSet(deps, job, lateFlights, request, keys);
  return { keys, built };
}

test('a training set has as many rows as rows with a label, and names its files', async () => {
  const { keys, built } = build(10);
  expect(await built).toMatchObject({ manifest: { files: [{ file: 'run/rows.parquet', rows: 10 }] } });
  expect(await bench.lake.size(keys.manifest)).not.toBeNull();
});

test.each([
  ['gained', 9, 'of 9 rows with a label'],
  ['lost', 11, 'of 11 rows with a label'],
  ['not counted', null, 'of no rows with a label'],
])('a training set whose rows were %s by a join is not published', async (_, labelRows, words) => {
  const { keys, built } = build(labelRows);
  await expect(built).rejects.toThrow(`10 rows ${words}`);
  expect(await bench.lake.size(keys.manifest)).toBeNull();
});
