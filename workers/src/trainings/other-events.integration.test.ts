import { jest } from '@jest/globals';
import { featureSets } from '@foretell/backend/db/data';
import { batchPredictions, models } from '@foretell/backend/db/models';
import { insertRows, updateRows } from '@foretell/backend/db/rows';
import { jobs } from '@foretell/backend/db/work';
import { modelCard, modelMetrics, onlineFeaturesManifest } from '@foretell/core/contracts/model-version';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { onlineFeaturesKeys } from '@foretell/core/domain/lake-keys';
import { seededRandom } from '@foretell/core/domain/seeded-random';
import { openOnlineFeatures } from '@foretell/core/node/online-feature-reader';
import { createBatchPredictionHandler } from '../batch-predictions/batch-predictions-handler.ts';
import { createJobBench, type JobBench } from '../testing/job-bench.ts';
import { createRefreshHandler } from './refresh-handler.ts';

jest.setTimeout(120_000);

const dayMs = 86_400_000;
const start = Date.UTC(2024, 0, 1);
const customers = 60;
const days = 60;

/** Orders of every customer every other day; a complaint the day before one is what makes it the last kept. */
function shop(): { orders: string; complaints: string } {
  const random = seededRandom(5);
  const orders: string[] = [];
  const complaints: string[] = [`2024-01-02T12:00:00Z,only complains,rude,1`];
  const at = (day: number, hour: number) => new Date(start + day * dayMs + hour * 3_600_000).toISOString();
  for (let day = 2; day < days; day += 2)
    for (let customer = 0; customer < customers; customer++) {
      const angry = random() < 0.4;
      if (angry)
        complaints.push(`${at(day - 1, 9)},c${customer},${random() < 0.5 ? 'late' : 'broken'},${day}`);
      const kept = random() < (angry ? 0.1 : 0.9);
      orders.push(`c${customer},${at(day, 10)},${(random() * 50).toFixed(2)},${kept ? 'yes' : 'no'}`);
    }
  return {
    orders: `customer,at,amount,kept\n${orders.join('\n')}\n`,
    complaints: `sent,who,about,score\n${complaints.join('\n')}\n`,
  };
}

let bench: JobBench;
let recipe: Recipe;
let events: string;
beforeAll(async () => {
  bench = await createJobBench();
  const { orders, complaints } = shop();
  const { dataset } = await bench.importFile(orders, 'csv', 'at');
  ({ dataset: events } = await bench.importFile(complaints, 'csv', 'sent'));
  recipe = await bench.propose({
    dataset,
    entity: 'customer',
    time: 'at',
    label: { column: 'kept' },
    knownAfterDays: {},
    exclude: [],
    events: [{ dataset: events, entity: 'who', time: 'sent', knownAfterDays: 0, exclude: [] }],
  });
});
afterAll(() => bench.close());

const auc = async (model: string) =>
  (await bench.lake.getJson((await bench.versionKeys(model)).metrics, modelMetrics)).scores.auc!;
const quick = { parameters: { rounds: 20, leaves: 8 } };

test('a model learns from another dataset what its own rows do not tell, and serves it online', async () => {
  const { model, job } = await bench.train(recipe, quick);
  expect(job.error).toBeNull();
  const card = await bench.lake.getJson((await bench.versionKeys(model)).card, modelCard);
  const own = await bench.train(
    {
      ...recipe,
      features: recipe.features.filter((each) => each.kind !== 'history' || each.of === undefined),
    },
    quick,
  );
  expect((await auc(model)) - (await auc(own.model))).toBeGreaterThan(0.2);

  const keys = onlineFeaturesKeys(bench.workspace, model, 1);
  const manifest = await bench.lake.getJson(keys.manifest, onlineFeaturesManifest);
  expect(manifest).toMatchObject({ entities: customers + 1, asOf: '2024-02-29T00:00:00.000Z' });
  const reader = await openOnlineFeatures(bench.lake, keys.values, manifest, {
    preloadBytes: 1e9,
    cachedRows: 10,
  });
  const found = await reader.find('only complains');
  const value = (name: string) => found![manifest.columns.findIndex((column) => column.name === name)];
  expect(value('events_count_all_time')).toBe(1);
  expect(value('events_last_score')).toBe(1);
  expect(value('events_time_since_last')).toBe(57.5);
  expect(value('count_all_time')).toBe(0);
  expect(card.recipe.events).toEqual(recipe.events);
});

test('a batch prediction reads the newest events, and newer ones have the online features taken anew', async () => {
  const { model } = await bench.train(recipe, quick);
  const { workspace, database, trainingDeps, context } = bench;
  const job = await bench.job('batch-prediction.run', model);
  const payload = { job, model, modelVersion: 1, dataset: recipe.dataset, featureSet: 1 };
  const { job: id, ...named } = payload;
  const createdAt = new Date().toISOString();
  const unknown = { keyColumn: null, rows: null, manifestKey: null, partKey: null, finishedAt: null };
  await database.write((tx) =>
    insertRows(tx, batchPredictions, { id, workspace, ...named, ...unknown, createdAt }),
  );
  const handle = createBatchPredictionHandler({ ...trainingDeps, database });
  await handle(bench.message('batch-prediction.run', payload), context);
  expect((await bench.finished(job)).error).toBeNull();
  const { rows } = await database.read.findOneByOrFail(batchPredictions, { id: job });
  expect(rows).toBe(customers * (days / 2 - 1));

  const refresh = () => createRefreshHandler(database)(bench.message('online-features.refresh', {}), context);
  const started = () => database.read.countBy(jobs, { type: 'online-features.publish', subjectId: model });
  const ready = (dataset: string, ms: number) =>
    database.write((tx) =>
      updateRows(tx, featureSets, { dataset }, { readyAt: new Date(Date.now() + ms).toISOString() }),
    );
  await database.write((tx) => updateRows(tx, models, { id: model }, { deployedVersion: 1 }));
  await ready(recipe.dataset, -3_600_000);
  await ready(events, -3_600_000);
  await refresh();
  expect(await started()).toBe(0);
  await ready(events, 60_000);
  await refresh();
  expect(await started()).toBe(1);
});
