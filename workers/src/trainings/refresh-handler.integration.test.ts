import { featureSets } from '@foretell/backend/db/data';
import { models, onlineFeatures } from '@foretell/backend/db/models';
import { updateRows } from '@foretell/backend/db/rows';
import { jobs } from '@foretell/backend/db/work';
import { customerEvents } from '../testing/customer-events.ts';
import { createJobBench, type JobBench } from '../testing/job-bench.ts';
import { createOnlineFeaturesHandler } from './online-features-handler.ts';
import { createRefreshHandler } from './refresh-handler.ts';

let bench: JobBench;
let dataset: string;
let model: string;
beforeAll(async () => {
  bench = await createJobBench();
  ({ dataset } = await bench.importFile(customerEvents(80, 120), 'csv', 'at'));
  const recipe = await bench.propose({
    dataset,
    entity: 'customer',
    time: 'at',
    label: { column: 'returned' },
    knownAfterDays: {},
    exclude: [],
  });
  ({ model } = await bench.train(recipe, { parameters: { rounds: 5, leaves: 4 } }));
});
afterAll(() => bench.close());

const refresh = () =>
  createRefreshHandler(bench.database)(bench.message('online-features.refresh', {}), bench.context);
const started = () => bench.database.read.findBy(jobs, { type: 'online-features.publish' });
const change = async (deployedVersion: number | null, readyAt: Date) => {
  await bench.database.write(async (tx) => {
    await updateRows(tx, models, { id: model }, { deployedVersion });
    await updateRows(tx, featureSets, { dataset }, { readyAt: readyAt.toISOString() });
  });
};
const later = () => new Date(Date.now() + 60_000);

test('a model that is not deployed is left alone, and so is one whose data is as old as its features', async () => {
  await change(null, later());
  await refresh();
  await change(1, new Date(Date.now() - 3_600_000));
  await refresh();
  expect(await started()).toEqual([]);
});

test('newer data starts one job, however often the clock strikes, and the job publishes', async () => {
  await change(1, later());
  await refresh();
  await refresh();
  const [job, ...more] = await started();
  expect(more).toEqual([]);
  const message = bench.message('online-features.publish', { job: job!.id, model, modelVersion: 1 });
  await createOnlineFeaturesHandler(bench.trainingDeps)(message, bench.context);
  expect(await bench.finished(job!.id)).toMatchObject({ status: 'succeeded' });
  expect(await bench.database.read.countBy(onlineFeatures, { model })).toBe(2);
  const newest = await bench.database.read.findOneByOrFail(onlineFeatures, { model, n: 2 });
  const asked = Date.parse((await bench.finished(job!.id)).createdAt);
  await change(1, new Date((asked + Date.parse(newest.createdAt)) / 2));
  await refresh();
  expect(await started()).toHaveLength(2);
});
