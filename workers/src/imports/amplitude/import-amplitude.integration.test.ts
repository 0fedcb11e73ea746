import { datasets, featureSets } from '@foretell/backend/db/data';
import { importChunks } from '@foretell/backend/db/sources';
import { jobs, notifications } from '@foretell/backend/db/work';
import { featureSetManifest } from '@foretell/core/contracts/feature-set';
import { datasetFolder, featureSetKeys } from '@foretell/core/domain/lake-keys';
import {
  startAmplitude,
  type AmplitudeOptions,
  type AmplitudeServer,
} from '../../testing/amplitude-server.ts';
import { connectAmplitude } from '../../testing/connect-amplitude.ts';
import { createJobBench, type JobBench } from '../../testing/job-bench.ts';
import { createImportHandler } from '../import-handler.ts';
import { pruneChunks } from '../prune-chunks.ts';

const keys = { apiKey: 'an api key', secretKey: 'a secret key' };
let bench: JobBench;
let server: AmplitudeServer | undefined;
beforeAll(async () => {
  bench = await createJobBench();
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
});
afterAll(() => bench.close());

const eventsPerHour = 5;
const event = (hour: string, i: number, more: object = {}) =>
  JSON.stringify({
    uuid: `${hour}-${i}`,
    event_type: 'buy',
    event_time: `${hour.slice(0, 4)}-${hour.slice(4, 6)}-${hour.slice(6, 8)} ${hour.slice(9)}:59:53.710000`,
    user_id: `user ${i}`,
    event_properties: { price: i, ...more },
  });
const lines = (hour: string) => [Array.from({ length: eventsPerHour }, (_, i) => event(hour, i))];

/** A dataset whose source is a stand-in of Amplitude, since 2021-05-27 00:00. */
async function connect(options: Partial<AmplitudeOptions> = {}, credentials = keys) {
  server = await startAmplitude({ ...keys, lines, ...options });
  return connectAmplitude(bench, server.url, credentials);
}

/** Two hours past the last one wanted: so late Amplitude has it. */
const untilHour = (hours: number) => new Date(Date.UTC(2021, 4, 27, hours + 2)).toISOString();

interface Asked {
  until: string;
  from?: string;
}
async function start(dataset: string, asked: Asked) {
  const job = await bench.job('dataset.import', dataset);
  const message = bench.message('dataset.import', { job, dataset, ...asked });
  const run = (sources = bench.importDeps.sources) =>
    createImportHandler({ ...bench.importDeps, sources })(message, bench.context);
  return { job, run };
}

async function importUntil(dataset: string, asked: Asked) {
  const { job, run } = await start(dataset, asked);
  await run();
  return bench.finished(job);
}

async function manifestOf(dataset: string) {
  const { latestFeatureSet: n } = await bench.database.read.findOneByOrFail(datasets, { id: dataset });
  return bench.lake.getJson(featureSetKeys(bench.workspace, dataset, n ?? 0).manifest, featureSetManifest);
}

test.each(['files', 'archives'] as const)(
  'an export of %s in its archive becomes typed columns',
  async (layout) => {
    const dataset = await connect({ layout });
    const job = await importUntil(dataset, { until: untilHour(30) });
    expect(job).toMatchObject({ status: 'succeeded', error: null });
    const { rows, schema } = await manifestOf(dataset);
    expect(rows).toBe(30 * eventsPerHour);
    expect(schema.columns).toEqual([
      { name: 'uuid', type: 'string' },
      { name: 'event_type', type: 'string' },
      { name: 'event_time', type: 'timestamp' },
      { name: 'user_id', type: 'string' },
      { name: 'event_properties.price', type: 'integer' },
    ]);
    expect(server?.asked).toEqual([
      ['20210527T00', '20210527T23'],
      ['20210528T00', '20210528T05'],
    ]);
    expect(await bench.database.read.findOneBy(notifications, { source: job.id })).toMatchObject({
      body: '150 new rows, 150 in all, in 5 columns.',
    });
  },
);

test.each([400, 504])('an answer of %i halves the window, down to what is exported', async (status) => {
  const sizes: number[] = [];
  const dataset = await connect({
    interrupt: () => {
      const [first, last] = server!.asked.at(-1)!;
      sizes.push(Number(last.slice(9)) - Number(first.slice(9)) + 1);
      return sizes.at(-1)! > 2 ? { status } : null;
    },
  });
  const job = await importUntil(dataset, { until: untilHour(5) });
  expect(job.error).toBeNull();
  expect(sizes).toEqual([5, 3, 2, 2, 1]);
  expect((await manifestOf(dataset)).rows).toBe(5 * eventsPerHour);
});

test('an hour that is too large by itself ends the import in words', async () => {
  const dataset = await connect({ interrupt: () => ({ status: 400 }) });
  const job = await importUntil(dataset, { until: untilHour(4) });
  expect(job.error).toMatchObject({ code: 'hour_too_large', field: 'from' });
  expect(job.error?.detail).toContain('2021-05-27T00:00:00.000Z');
});

test('hours without data are passed over; a source without any is told so', async () => {
  const dataset = await connect({ hasData: (hour) => hour === '20210527T03', maxHours: 2 });
  expect((await importUntil(dataset, { until: untilHour(6) })).error).toBeNull();
  expect((await manifestOf(dataset)).rows).toBe(eventsPerHour);
  await server?.stop();
  const empty = await connect({ hasData: () => false });
  expect((await importUntil(empty, { until: untilHour(6) })).error).toMatchObject({ code: 'no_data' });
});

test.each([401, 403])(
  'an answer of %i is told as credentials that are refused, without them',
  async (status) => {
    const dataset = await connect({ interrupt: () => ({ status }) });
    const { error } = await importUntil(dataset, { until: untilHour(2) });
    expect(error).toMatchObject({ code: 'bad_credentials', field: 'connection' });
    expect(JSON.stringify(error)).not.toContain(keys.secretKey);
  },
);

test('wrong keys are refused by Amplitude itself', async () => {
  const dataset = await connect({}, { ...keys, secretKey: 'another' });
  expect((await importUntil(dataset, { until: untilHour(2) })).error?.code).toBe('bad_credentials');
});

test('429 is waited out as long as it says, then asked again', async () => {
  const dataset = await connect({
    interrupt: (n) => (n <= 2 ? { status: 429, headers: { 'retry-after': '1' } } : null),
  });
  const started = performance.now();
  expect((await importUntil(dataset, { until: untilHour(2) })).error).toBeNull();
  expect(performance.now() - started).toBeGreaterThan(2000);
  expect(server?.asked).toHaveLength(3);
});

test.each([
  ['500', { status: 500 }],
  ['an archive that is cut off', 'cut off'],
] as const)('%s is tried again with the message, from the hour it had come to', async (_, answer) => {
  const dataset = await connect({ maxHours: 3, interrupt: (n) => (n === 5 ? answer : null) });
  const { job, run } = await start(dataset, { until: untilHour(9) });
  await expect(run()).rejects.toMatchObject({ code: 'unavailable' });
  const before = server!.asked.length;
  expect(await bench.database.read.countBy(importChunks, { dataset })).toBe(2);
  await run();
  expect((await bench.finished(job)).error).toBeNull();
  expect((await manifestOf(dataset)).rows).toBe(9 * eventsPerHour);
  expect(server!.asked.slice(before).every(([first]) => first >= '20210527T06')).toBe(true);
});

test('hours that were folded into one chunk are not asked for again, and the next follow them', async () => {
  const dataset = await connect({ maxHours: 1 });
  await importUntil(dataset, { until: untilHour(12) });
  const { database, lake, context } = bench;
  expect(await pruneChunks({ database, lake }, context.signal)).toBe(11);
  expect((await lake.list(datasetFolder(bench.workspace, dataset))).join()).not.toContain('/imports/');
  const before = server!.asked.length;
  expect((await importUntil(dataset, { until: untilHour(14) })).error).toBeNull();
  expect((await manifestOf(dataset)).rows).toBe(14 * eventsPerHour);
  expect(server!.asked.slice(before).every(([first]) => first >= '20210527T12')).toBe(true);
});

test('what was imported is not imported again, though it is asked for again, and what is new is added', async () => {
  let late = false;
  const dataset = await connect({
    lines: (hour) => [...lines(hour), late && hour === '20210527T01' ? [event(hour, 77)] : []],
  });
  await importUntil(dataset, { until: untilHour(4) });
  expect((await manifestOf(dataset)).featureSet).toBe(1);
  const again = await importUntil(dataset, { until: untilHour(4), from: '2021-05-27T00:00:00Z' });
  const { createdAt: since } = await manifestOf(dataset);
  const nothingNew = { status: 'succeeded', step: 'nothing new', figures: { 'nothing new': { since } } };
  expect(again).toMatchObject(nothingNew);
  expect(again.figures).toMatchObject({ merge: { rows: 20, duplicates: 20 } });
  expect(await importUntil(dataset, { until: untilHour(4) })).toMatchObject(nothingNew);
  expect((await manifestOf(dataset)).featureSet).toBe(1);
  expect(await bench.database.read.countBy(notifications, { source: again.id })).toBe(0);
  late = true;
  await importUntil(dataset, { until: untilHour(4), from: '2021-05-27T00:00:00Z' });
  expect((await manifestOf(dataset)).rows).toBe(21);
  await importUntil(dataset, { until: untilHour(6) });
  expect(server?.asked.at(-1)).toEqual(['20210527T04', '20210527T05']);
  expect((await manifestOf(dataset)).rows).toBe(31);
});

test('events that change their shape add columns; a changed type is kept apart and reported', async () => {
  const dataset = await connect({
    lines: (hour) =>
      hour < '20210527T02'
        ? lines(hour)
        : [[event(hour, 1, { price: 'free', coupon: { code: 'X' } }), 'not an event', event(hour, 2)]],
  });
  await importUntil(dataset, { until: untilHour(2) });
  const job = await importUntil(dataset, { until: untilHour(3) });
  const { rows, schema, quarantine } = await manifestOf(dataset);
  expect(rows).toBe(12);
  expect(schema.columns.slice(-2)).toEqual([
    { name: 'event_properties.price', type: 'integer' },
    { name: 'event_properties.coupon.code', type: 'string' },
  ]);
  const misfit = {
    column: 'event_properties.price',
    kind: 'string',
    reason: 'changed_type',
    expected: 'integer',
  };
  expect(quarantine?.misfits).toEqual([{ ...misfit, values: 1 }]);
  expect(bench.lake.objects.has(quarantine!.key)).toBe(true);
  const notice = await bench.database.read.findOneByOrFail(notifications, { source: job.id });
  expect(notice.body).toContain('1 value did not fit its column (event_properties.price) and is kept apart.');
});

test('a long import hands on what is left by a new message, and ends once', async () => {
  const dataset = await connect({ maxHours: 3 });
  const { job, run } = await start(dataset, { until: untilHour(12) });
  const sources = { ...bench.importDeps.sources, sliceMs: 0 };
  bench.handedOn.length = 0;
  await run(sources);
  let turns = 0;
  for (let next = bench.handedOn.pop(); next?.type === 'dataset.import'; next = bench.handedOn.pop(), turns++)
    await createImportHandler({ ...bench.importDeps, sources: { ...sources, sliceMs: 50 } })(
      next,
      bench.context,
    );
  expect(turns).toBeGreaterThan(0);
  expect((await bench.finished(job)).status).toBe('succeeded');
  expect((await manifestOf(dataset)).rows).toBe(12 * eventsPerHour);
  expect(await bench.database.read.countBy(featureSets, { dataset })).toBe(1);
  expect(await bench.database.read.countBy(jobs, { subjectId: dataset })).toBe(1);
});
