import { datasets } from '@foretell/backend/db/data';
import { notifications } from '@foretell/backend/db/work';
import { newId } from '@foretell/core/node/new-id';
import { createFeatureSetStore } from '../imports/feature-set-store.ts';
import { createJobBench, type JobBench } from '../testing/job-bench.ts';
import { failGivenUpJob } from './fail-given-up-job.ts';

let bench: JobBench;
beforeAll(async () => {
  bench = await createJobBench();
});
afterAll(() => bench.close());

test('an import that is given up fails its job and its dataset, and is told once', async () => {
  const dataset = await bench.dataset(null);
  const job = await bench.job('dataset.import', dataset.id);
  const message = bench.message('dataset.import', {
    job,
    dataset: dataset.id,
    uploadKey: newId(),
    format: 'csv',
  });
  const deps = { jobs: bench.importDeps.jobs, featureSets: createFeatureSetStore(bench.database) };
  await failGivenUpJob(deps, message);
  await failGivenUpJob(deps, message);
  expect(await bench.finished(job)).toMatchObject({ status: 'failed', error: { code: 'given_up' } });
  expect(await bench.database.read.findOneBy(datasets, { id: dataset.id })).toMatchObject({
    status: 'failed',
  });
  expect(await bench.database.read.findBy(notifications, { source: job })).toHaveLength(1);
});
