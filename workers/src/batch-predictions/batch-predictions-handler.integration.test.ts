import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { batchPredictions, models } from '@foretell/backend/db/models';
import { insertRows } from '@foretell/backend/db/rows';
import { notifications } from '@foretell/backend/db/work';
import { modelMetrics } from '@foretell/core/contracts/model-version';
import { batchPredictionKeys } from '@foretell/core/domain/lake-keys';
import { scoreOutputs } from '@foretell/core/domain/metrics/score';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, withDuckDb, type Row } from '@foretell/spark-jobs/duckdb';
import { customerEvents } from '../testing/customer-events.ts';
import { createJobBench, type JobBench } from '../testing/job-bench.ts';
import { createBatchPredictionHandler } from './batch-predictions-handler.ts';

jest.setTimeout(120_000);

let bench: JobBench;
let dataset: string;
let model: string;
const csv = customerEvents(150, 120);
beforeAll(async () => {
  bench = await createJobBench();
  ({ dataset } = await bench.importFile(csv, 'csv', 'at'));
  const question = {
    entity: 'customer',
    time: 'at',
    label: { column: 'returned' },
    knownAfterDays: {},
    exclude: [],
  };
  const recipe = await bench.propose({ dataset, ...question });
  ({ model } = await bench.train(recipe, { parameters: { rounds: 20, leaves: 8 } }));
});
afterAll(() => bench.close());

async function predictAll(of: string, keyColumn?: string): Promise<{ job: string; rows: Row[] }> {
  const { workspace } = bench;
  const job = await bench.job('batch-prediction.run', model);
  const payload = {
    job,
    model,
    modelVersion: 1,
    dataset: of,
    featureSet: 1,
    ...(keyColumn ? { keyColumn } : {}),
  };
  const createdAt = new Date().toISOString();
  const row = {
    id: job,
    workspace,
    model,
    modelVersion: 1,
    dataset: of,
    featureSet: 1,
    keyColumn: keyColumn ?? null,
    rows: null,
    manifestKey: null,
    partKey: null,
    createdAt,
    finishedAt: null,
  };
  await bench.database.write((tx) => insertRows(tx, batchPredictions, row));
  const { database, trainingDeps } = bench;
  const handle = createBatchPredictionHandler({ ...trainingDeps, database });
  const message = bench.message('batch-prediction.run', payload);
  // Twice at once, and once more.
  await Promise.all([handle(message, bench.context), handle(message, bench.context)]);
  await handle(message, bench.context);
  const { partKey } = await bench.database.read.findOneByOrFail(batchPredictions, { id: job });
  const body = partKey === null ? undefined : bench.lake.objects.get(partKey);
  return { job, rows: body ? await readRows(body) : [] };
}

async function readRows(body: Buffer): Promise<Row[]> {
  const dir = await mkdtemp(join(tmpdir(), 'foretell-batch-'));
  try {
    const path = join(dir, 'part.parquet');
    await writeFile(path, body);
    return await withDuckDb({ threads: 1, memoryMb: 300, tempDir: dir }, (connection) =>
      query(connection, `SELECT * FROM read_parquet(${stringLiteral(path)})`),
    );
  } finally {
    await rm(dir, { recursive: true });
  }
}

test('every row is predicted once, and the predictions of the test period score as the version says it does', async () => {
  const { job, rows } = await predictAll(dataset);
  expect((await bench.finished(job)).error).toBeNull();
  const events = csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  expect(rows.length).toBe(events.length);
  const labels = new Map(
    events.map(([customer, at, , , returned]) => [`${customer} ${at}`, returned === 'yes' ? 1 : 0]),
  );
  const metrics = await bench.lake.getJson((await bench.versionKeys(model)).metrics, modelMetrics);
  const from = new Date(metrics.periods.test[0]);
  const tested = rows.filter((row) => (row['row_time'] as Date) >= from);
  expect(tested.length).toBe(metrics.rows.test);
  const labelOf = (row: Row) =>
    labels.get(`${String(row['entity'])} ${(row['row_time'] as Date).toISOString()}`)!;
  const again = scoreOutputs(
    'binary',
    [Float64Array.from(tested, (row) => Number(row['probability']))],
    Float64Array.from(tested, labelOf),
    metrics.threshold!.value,
  );
  expect(again.auc).toBeCloseTo(metrics.scores.auc!, 12);
  expect(again.accuracy).toBeCloseTo(metrics.scores.accuracy!, 12);
  expect(new Set(rows.map((row) => row['value']))).toEqual(new Set(['yes', 'no']));
  const stored = await bench.database.read.findOneByOrFail(batchPredictions, { id: job });
  expect(stored).toMatchObject({
    rows: rows.length,
    manifestKey: batchPredictionKeys(bench.workspace, model, job).manifest,
  });
  const manifest = JSON.parse(bench.lake.objects.get(stored.manifestKey!)!.toString()) as {
    files: { key: string }[];
  };
  expect(manifest.files.map(({ key }) => key)).toEqual([stored.partKey]);
  const { name } = await bench.database.read.findOneByOrFail(models, { id: model });
  const told = await bench.database.read.findBy(notifications, { source: job });
  expect(told.map(({ title }) => title)).toEqual([`A batch prediction of "${name}" is ready`]);
});

test('a column of the user’s choosing goes along with each row, and changes no prediction', async () => {
  const { rows: plain } = await predictAll(dataset);
  const { job, rows } = await predictAll(dataset, 'session');
  const nameOf = (row: Row) => `${String(row['entity'])} ${(row['row_time'] as Date).toISOString()}`;
  const lines = csv.trim().split('\n').slice(1);
  const sessions = new Map(
    lines.map((line) => line.split(',')).map((cells) => [`${cells[0]} ${cells[1]}`, cells[6]]),
  );
  expect(rows.map((row) => row['row_key'])).toEqual(rows.map((row) => sessions.get(nameOf(row))));
  expect(new Set(rows.map((row) => row['row_key'])).size).toBe(lines.length);
  // As today, bit by bit.
  expect(rows.map(({ row_key: _, ...row }) => row)).toEqual(plain);
  expect(Object.keys(plain[0] ?? {})).toEqual(['row_time', 'entity', 'value', 'probability']);
  const { manifestKey } = await bench.database.read.findOneByOrFail(batchPredictions, { id: job });
  expect(JSON.parse(bench.lake.objects.get(manifestKey!)!.toString())).toMatchObject({
    keyColumn: 'session',
  });
});

test.each([
  ['is not there', 'nowhere', '"nowhere"'],
  ['has decimals', 'amount', 'decimals'],
])('a key column that %s fails the job naming its field', async (_, keyColumn, words) => {
  const { job } = await predictAll(dataset, keyColumn);
  const { status, error } = await bench.finished(job);
  expect([status, error?.field, error?.detail]).toEqual([
    'failed',
    'keyColumn',
    expect.stringContaining(words),
  ]);
});

test('rows without the label are predicted too', async () => {
  const unlabelled = csv
    .split('\n')
    .map((line) =>
      line
        .split(',')
        .filter((_, i) => i !== 4)
        .join(','),
    )
    .join('\n');
  const { dataset: other } = await bench.importFile(unlabelled, 'csv', 'at');
  const { rows } = await predictAll(other);
  expect(rows.length).toBeGreaterThan(500);
});

test('a feature set that lacks a column of the recipe fails the job naming it', async () => {
  const narrow = csv
    .split('\n')
    .map((line) =>
      line
        .split(',')
        .filter((_, i) => i !== 2)
        .join(','),
    )
    .join('\n');
  const { dataset: other } = await bench.importFile(narrow, 'csv', 'at');
  const { job } = await predictAll(other);
  const { status, error } = await bench.finished(job);
  expect(status).toBe('failed');
  expect(error?.detail).toContain('"amount"');
});
