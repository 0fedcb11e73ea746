import { jest } from '@jest/globals';
import { models, modelVersions, onlineFeatures, trainings } from '@foretell/backend/db/models';
import { notifications } from '@foretell/backend/db/work';
import type { RecipeQuestion } from '@foretell/core/contracts/control-api/models';
import {
  checkRows,
  modelCard,
  modelMetrics,
  onlineFeaturesManifest,
} from '@foretell/core/contracts/model-version';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { modelVersionKeys, onlineFeaturesKeys, trainingSetKeys } from '@foretell/core/domain/lake-keys';
import { createEvaluator } from '@foretell/core/domain/lightgbm/evaluator';
import { verifyEvaluator } from '@foretell/core/domain/lightgbm/verify';
import { customerEvents } from '../testing/customer-events.ts';
import { createJobBench, type JobBench } from '../testing/job-bench.ts';
import { createOnlineFeaturesHandler } from './online-features-handler.ts';
import { createTrainingHandler } from './training-handler.ts';

jest.setTimeout(180_000);

let bench: JobBench;
let dataset: string;
let question: RecipeQuestion;
let recipe: Recipe;
beforeAll(async () => {
  bench = await createJobBench();
  ({ dataset } = await bench.importFile(customerEvents(250, 150), 'csv', 'at'));
  question = {
    dataset,
    entity: 'customer',
    time: 'at',
    label: { column: 'returned' },
    knownAfterDays: { returned: 7 },
    exclude: [],
  };
  recipe = await bench.propose(question);
});
afterAll(() => bench.close());

const quick = { parameters: { rounds: 60, leaves: 15 } };
/** Enough rounds for a model, not for a good one. */
const tiny = { parameters: { rounds: 5, leaves: 4 } };
const textOf = (key: string) => bench.lake.objects.get(key)!.toString('utf8');

test('the proposed recipe knows the leak and the id, and asks the customer’s past', () => {
  const role = (column: string) => recipe.roles.find((found) => found.column === column);
  expect(recipe).toMatchObject({ task: 'binary', classes: ['no', 'yes'] });
  expect(role('refund')).toMatchObject({ role: 'excluded', leak: { measure: 'auc' } });
  expect(role('session')).toMatchObject({ role: 'excluded' });
  expect(recipe.warnings.join()).toMatch(/refund.*leak/);
  expect(recipe.features.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['count_30d', 'rate_label_all_time', 'time_since_last', 'amount']),
  );
});

test('a model of customers’ events is clearly better than the baseline, and all of it is in the lake', async () => {
  const { model, job } = await bench.train(recipe, quick);
  expect(job.error).toBeNull();
  const keys = await bench.versionKeys(model);
  const metrics = await bench.lake.getJson(keys.metrics, modelMetrics);
  expect(metrics.scores.auc).toBeGreaterThan(0.72);
  expect(metrics.scores.logLoss!).toBeLessThan(metrics.baseline.logLoss! - 0.05);
  expect(metrics.baseline.auc).toBe(0.5);
  expect(metrics.importances[0]!.feature).toMatch(/label|count|time_since/);
  expect(Date.parse(metrics.periods.train[1])).toBeLessThan(
    Date.parse(metrics.periods.validation[0]) - 6 * 86_400_000,
  );
  expect(Date.parse(metrics.periods.validation[1])).toBeLessThan(Date.parse(metrics.periods.test[0]));
  expect(metrics.confusion!.counts.flat().reduce((a, b) => a + b)).toBe(metrics.rows.test);
  const card = await bench.lake.getJson(keys.card, modelCard);
  expect(card.inputs.map(({ name }) => name)).toEqual(recipe.features.map(({ name }) => name));
  verifyEvaluator(createEvaluator(textOf(keys.model)), await bench.lake.getJson(keys.checkRows, checkRows));
  const online = await bench.lake.getJson(
    onlineFeaturesKeys(bench.workspace, model, 1).manifest,
    onlineFeaturesManifest,
  );
  expect(online).toMatchObject({ entities: 250, asOf: '2024-05-30T00:00:00.000Z' });
  expect(job.figures).toMatchObject({
    train: { learningCurve: expect.arrayContaining([expect.objectContaining({ round: 1 })]) },
  });
  const row = await bench.database.read.findOneByOrFail(models, { id: model });
  expect(row).toMatchObject({ latestVersion: 1, deployedVersion: null });
  expect(await bench.database.read.countBy(notifications, { source: job.id })).toBe(1);
});

test('training twice makes the same model, bit by bit', async () => {
  const [a, b] = [await bench.train(recipe, tiny), await bench.train(recipe, tiny)];
  const text = async ({ model }: typeof a) => textOf((await bench.versionKeys(model)).model);
  expect(await text(b)).toBe(await text(a));
});

/** Delivers the message of the next training once more as soon as it has begun. */
function secondDelivery(): Promise<void> {
  const deps = bench.trainingDeps;
  const { jobs } = deps;
  return new Promise((resolve, reject) => {
    deps.jobs = {
      ...jobs,
      async startJob(id) {
        deps.jobs = jobs;
        const { model, id: training } = await bench.database.read.findOneByOrFail(trainings, { job: id });
        const message = bench.message('training.run', { job: id, model, training });
        createTrainingHandler(deps)(message, bench.context).then(resolve, reject);
        return jobs.startJob(id);
      },
    };
  });
}

test('two deliveries at once make one version, of objects that no other attempt touches', async () => {
  const removed: string[] = [];
  const original = bench.trainingDeps.lake;
  const both = Promise.withResolvers<undefined>();
  let cards = 0;
  bench.trainingDeps.lake = {
    ...bench.lake,
    delete: (key) => Promise.resolve(void removed.push(key)),
    async putNew(key, body) {
      // Each has written all of its version before either names its own.
      if (key.endsWith('model-card.json') && ++cards === 2) both.resolve(undefined);
      if (key.endsWith('model-card.json')) await both.promise;
      return bench.lake.putNew(key, body);
    },
  };
  const again = secondDelivery();
  const { model, job } = await bench.train(recipe, tiny);
  await again;
  bench.trainingDeps.lake = original;
  expect([job.status, cards, removed]).toEqual(['succeeded', 2, []]);
  expect(await bench.database.read.countBy(modelVersions, { model })).toBe(1);
  const keys = await bench.versionKeys(model);
  const card = await bench.lake.getJson(keys.card, modelCard);
  expect(keys).toEqual(modelVersionKeys(bench.workspace, model, 1, card.attempt));
  verifyEvaluator(createEvaluator(textOf(keys.model)), await bench.lake.getJson(keys.checkRows, checkRows));
});

test.each(['training-sets/1/manifest.json', 'versions/1/check-rows', 'online-features/1/manifest.json'])(
  'a worker that dies before %s is written leaves a training that the next delivery finishes once',
  async (dies) => {
    const dying = {
      ...bench.lake,
      putNew: (key: string, body: Uint8Array | string) =>
        key.includes(dies) ? Promise.reject(new Error('the process died')) : bench.lake.putNew(key, body),
    };
    const original = bench.trainingDeps.lake;
    bench.trainingDeps.lake = dying;
    let failed: unknown;
    await bench.train(recipe, tiny).catch((error: unknown) => (failed = error));
    bench.trainingDeps.lake = original;
    expect(String(failed)).toContain('the process died');
    const training = (await bench.database.read.find(trainings, { order: { createdAt: 'DESC' } }))[0]!;
    const message = bench.message('training.run', {
      job: training.job,
      model: training.model,
      training: training.id,
    });
    await createTrainingHandler(bench.trainingDeps)(message, bench.context);
    await createTrainingHandler(bench.trainingDeps)(message, bench.context);
    expect((await bench.finished(training.job)).status).toBe('succeeded');
    expect(await bench.database.read.countBy(modelVersions, { model: training.model })).toBe(1);
    expect(await bench.database.read.countBy(onlineFeatures, { model: training.model })).toBe(1);
    expect(await bench.database.read.countBy(notifications, { source: training.job })).toBe(1);
    expect(bench.lake.objects.has(trainingSetKeys(bench.workspace, training.model, 1).manifest)).toBe(true);
  },
);

test('online features are published anew for a trained version', async () => {
  const { model } = await bench.train(recipe, tiny);
  const job = await bench.job('online-features.publish', model);
  const message = bench.message('online-features.publish', { job, model, modelVersion: 1 });
  await createOnlineFeaturesHandler(bench.trainingDeps)(message, bench.context);
  await createOnlineFeaturesHandler(bench.trainingDeps)(message, bench.context);
  expect((await bench.finished(job)).status).toBe('succeeded');
  const rows = await bench.database.read.find(onlineFeatures, { where: { model }, order: { n: 'ASC' } });
  expect(rows.map(({ n, modelVersion }) => [n, modelVersion])).toEqual([
    [1, 1],
    [2, 1],
  ]);
});

test('a number is estimated, and better than by its mean', async () => {
  const regression = await bench.propose({
    ...question,
    label: { column: 'amount' },
    knownAfterDays: { amount: 0 },
  });
  const { model, job } = await bench.train(regression, quick);
  expect(job.error).toBeNull();
  const metrics = await bench.lake.getJson((await bench.versionKeys(model)).metrics, modelMetrics);
  expect(metrics.task).toBe('regression');
  expect(metrics.scores.rmse!).toBeLessThan(metrics.baseline.rmse! * 0.8);
});

test('several classes are told apart', async () => {
  const classes = await bench.propose({ ...question, label: { column: 'channel' }, knownAfterDays: {} });
  const { model, job } = await bench.train(classes, tiny);
  expect(job.error).toBeNull();
  const card = await bench.lake.getJson((await bench.versionKeys(model)).card, modelCard);
  expect(card).toMatchObject({ task: 'multiclass', classes: ['app', 'shop', 'web'] });
});

test('a label that stops changing before the test split fails the training in words', async () => {
  const lines = Array.from({ length: 1000 }, (_, i) => {
    const at = new Date(Date.UTC(2024, 0, 1) + i * 3_600_000).toISOString();
    return `w${i % 9},${at},${i % 5},${i < 700 ? i % 2 : 0}`;
  });
  const late = await bench.importFile(`who,at,n,label\n${lines.join('\n')}\n`, 'csv', 'at');
  const asked = await bench.propose({
    ...question,
    dataset: late.dataset,
    entity: 'who',
    label: { column: 'label' },
    knownAfterDays: {},
  });
  const { job } = await bench.train(asked, quick);
  expect(job).toMatchObject({ status: 'failed', error: { code: 'constant', field: 'label' } });
  expect(job.error!.detail).toMatch(
    /test split .* the label is 0 in every row|validation split .* the label is 0/,
  );
});

test('a trainer that crashes is a failed job with the tail of its log', async () => {
  const { trainer } = bench.trainingDeps;
  bench.trainingDeps.trainer = { ...trainer, memoryMb: 150 };
  const { job } = await bench.train(recipe, quick);
  bench.trainingDeps.trainer = trainer;
  expect(job.status).toBe('failed');
  expect(['out_of_memory', 'trainer_failed']).toContain(job.error!.code);
});
