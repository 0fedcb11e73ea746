import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { models, modelVersions, onlineFeatures } from '@foretell/backend/db/models';
import { updateRows } from '@foretell/backend/db/rows';
import { sparkRuns } from '@foretell/backend/db/spark-runs';
import { jobs } from '@foretell/backend/db/work';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { trainingSetKeys } from '@foretell/core/domain/lake-keys';
import { customerEvents } from '../testing/customer-events.ts';
import { createFakeSpark, type FakeSpark } from '../testing/fake-spark.ts';
import { createJobBench, type JobBench } from '../testing/job-bench.ts';
import { createTrainingHandler } from '../trainings/training-handler.ts';
import { createCheckRunHandler } from './check-run-handler.ts';
import { createEmbeddedRuns } from './embedded-runs.ts';
import { createSparkRunStore } from './spark-run-store.ts';
import { createSparkRuns } from './spark-runs.ts';

jest.setTimeout(120_000);

let bench: JobBench;
let dir: string;
let recipe: Recipe;
let spark: FakeSpark;
let sent: { type: string; payload: object; delaySeconds: number }[];
let clock: Date;
const tiny = { parameters: { rounds: 5, leaves: 4 } };

beforeAll(async () => {
  bench = await createJobBench();
  const { dataset } = await bench.importFile(customerEvents(120, 120), 'csv', 'at');
  recipe = await bench.propose({
    dataset,
    entity: 'customer',
    time: 'at',
    label: { column: 'returned' },
    knownAfterDays: { returned: 7 },
    exclude: [],
  });
});
afterAll(() => bench.close());

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'foretell-fake-spark-'));
  spark = createFakeSpark(bench.lake, dir);
  sent = [];
  // After every job's own start, which is the real clock's.
  clock = new Date(Date.now() + 60_000);
  bench.trainingDeps.runs = createSparkRuns(parts());
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const parts = () => ({
  runner: spark,
  store: createSparkRunStore(bench.database),
  lake: bench.lake,
  jobs: bench.trainingDeps.jobs,
  now: () => clock,
  send: (type: string, _workspace: string, payload: object, delaySeconds = 0) => {
    sent.push({ type, payload, delaySeconds });
    return Promise.resolve();
  },
});

const timeoutMinutes = 60;
const check = (engineId: string, poll = true) =>
  createCheckRunHandler({ ...parts(), timeoutMinutes })(
    bench.message('spark-run.check', { engineId, poll }),
    bench.context,
  );
const run = (attempt: number, job: string, purpose = 'training-set') =>
  `job-run-of-${job}-${purpose}-${attempt}`;

async function train() {
  const { job, ...rest } = await bench.train(recipe, tiny);
  const message = bench.message('training.run', { job: job.id, ...rest });
  const again = () => createTrainingHandler(bench.trainingDeps)(message, bench.context);
  return { ...rest, job: job.id, again, row: () => bench.finished(job.id) };
}

test('a training goes on when its runs have ended, however often its messages come', async () => {
  const { job, model, again, row } = await train();
  expect(await row()).toMatchObject({ status: 'running' });
  await again();
  expect(spark.submitted).toEqual([`${job}-training-set-1`]);
  expect(sent.map(({ type, delaySeconds }) => [type, delaySeconds])).toEqual([
    ['spark-run.check', 30],
    ['spark-run.check', 30],
  ]);

  sent = [];
  spark.state = { status: 'running' };
  await check(run(1, job));
  expect(sent).toEqual([
    { type: 'spark-run.check', payload: { engineId: run(1, job), poll: true }, delaySeconds: 30 },
  ]);
  expect(await row()).toMatchObject({ step: 'training set on Spark', status: 'running' });

  sent = [];
  await check(run(1, job), false);
  expect(sent).toEqual([]);
  await spark.finish(run(1, job));
  await check(run(1, job), false);
  await check(run(1, job));
  const payload = expect.objectContaining({ job, model });
  expect(sent).toEqual([{ type: 'training.run', payload, delaySeconds: 0 }]);

  await again();
  expect(spark.submitted.at(-1)).toBe(`${job}-online-features-1`);
  await spark.finish(run(1, job, 'online-features'));
  await check(run(1, job, 'online-features'));
  await again();
  expect(await row()).toMatchObject({ status: 'succeeded', error: null });
  expect(await bench.database.read.countBy(modelVersions, { model })).toBe(1);
  expect(await bench.database.read.countBy(onlineFeatures, { model })).toBe(1);
  const { objects } = bench.lake;
  const named = trainingSetKeys(bench.workspace, model, 1);
  const { files } = JSON.parse(objects.get(named.manifest)!.toString()) as { files: { file: string }[] };
  expect(files).toEqual([expect.objectContaining({ file: 'runs/1/part-00000.parquet' })]);
  expect(objects.has(`${named.prefix}runs/1/part-00000.parquet`)).toBe(true);
});

test('the model is the one that the embedded engine’s training set makes, bit by bit', async () => {
  const { job, model, again } = await train();
  for (const purpose of ['training-set', 'online-features']) {
    await spark.finish(run(1, job, purpose));
    await check(run(1, job, purpose));
    await again();
  }
  bench.trainingDeps.runs = createEmbeddedRuns(bench.lake, bench.trainingDeps.engine);
  const other = await bench.train(recipe, tiny);
  const text = async (id: string) => bench.lake.objects.get((await bench.versionKeys(id)).model)!.toString();
  expect(await text(model)).toBe(await text(other.model));
  expect(await bench.database.read.findOneBy(models, { id: other.model })).toMatchObject({
    latestVersion: 1,
  });
});

test('a cause that may pass is tried again, later each time; at the third the user is told', async () => {
  const { job, again, row } = await train();
  spark.state = { status: 'failed', cause: { words: 'Spark failed: executors were lost', tail: 'lost' } };
  for (const [attempt, delaySeconds] of [30, 60, 0].entries()) {
    sent = [];
    await check(run(attempt + 1, job));
    expect(sent).toEqual([{ type: 'training.run', payload: expect.anything(), delaySeconds }]);
    await again();
  }
  expect(spark.submitted).toEqual([1, 2, 3].map((attempt) => `${job}-training-set-${attempt}`));
  expect(await row()).toMatchObject({
    status: 'failed',
    error: { code: 'spark_failed', detail: 'Spark failed: executors were lost' },
    figures: { spark: { attempt: 3, log: 'lost' } },
  });
});

test('a cause that lies in the data fails the training at once', async () => {
  const { job, again, row } = await train();
  const words = 'A value in the data is out of range: 12345678901234567890';
  spark.state = { status: 'failed', cause: { words, tail: '' } };
  await check(run(1, job));
  await again();
  expect(spark.submitted).toHaveLength(1);
  expect(await row()).toMatchObject({ status: 'failed', error: { detail: words } });
});

test('a training that the user starts again is submitted again, whatever its last run came to', async () => {
  const { job, again, row } = await train();
  const words = 'A value in the data is out of range: 12345678901234567890';
  spark.state = { status: 'failed', cause: { words, tail: '' } };
  await check(run(1, job));
  await again();
  expect(await row()).toMatchObject({ status: 'failed' });
  const startedAt = new Date(clock.getTime() + 1000).toISOString();
  const restarted = { status: 'running' as const, error: null, finishedAt: null, startedAt };
  await bench.database.write((tx) => updateRows(tx, jobs, { id: job }, restarted));
  clock = new Date(clock.getTime() + 2000);
  await again();
  expect(spark.submitted).toEqual([1, 2].map((attempt) => `${job}-training-set-${attempt}`));
  expect(await row()).toMatchObject({ status: 'running' });
});

test('the run of a cancelled job is cancelled on EMR, and nothing comes of it', async () => {
  const { job } = await train();
  spark.state = { status: 'running' };
  await bench.database.write((tx) => updateRows(tx, jobs, { id: job }, { status: 'cancelled' }));
  sent = [];
  await check(run(1, job));
  expect(spark.cancelled).toEqual([run(1, job)]);
  expect(sent).toEqual([]);
  expect(await bench.database.read.findOneBy(sparkRuns, { job })).toMatchObject({ status: 'cancelled' });
});

test('a run that takes too long is cancelled, and the training fails in words', async () => {
  const { job, again, row } = await train();
  spark.state = { status: 'running' };
  clock = new Date(clock.getTime() + (timeoutMinutes + 1) * 60_000);
  await check(run(1, job));
  expect(spark.cancelled).toEqual([run(1, job)]);
  await again();
  expect(await row()).toMatchObject({
    status: 'failed',
    error: { detail: 'The run took longer than the 60 minutes it may.' },
  });
});

test('an event of a run that is not ours changes nothing', async () => {
  await check('00somebody-elses', false);
  expect(sent).toEqual([]);
});
