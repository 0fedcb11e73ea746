import { datasets } from '@foretell/backend/db/data';
import { recordFiles } from '@foretell/backend/db/record-files';
import { insertRows } from '@foretell/backend/db/rows';
import { featureSetManifest } from '@foretell/core/contracts/feature-set';
import { featureSetKeys, uploadKey } from '@foretell/core/domain/lake-keys';
import { downloadFile } from '@foretell/core/node/lake-files';
import { newId } from '@foretell/core/node/new-id';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, withDuckDb } from '@foretell/spark-jobs/duckdb';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createImportHandler } from '../imports/import-handler.ts';
import { createJobBench, type JobBench } from '../testing/job-bench.ts';
import { createRecordStream, streamed } from '../testing/record-stream.ts';
import { filesAtOnce } from './import-records.ts';

let bench: JobBench;
let stream: ReturnType<typeof createRecordStream>;
beforeAll(async () => {
  bench = await createJobBench();
  stream = createRecordStream(bench);
});
afterAll(() => bench.close());

const rowOf = (dataset: string) => bench.database.read.findOneByOrFail(datasets, { id: dataset });

/** The rows of the dataset's newest feature set, in the files' order. */
async function rowsOf(dataset: string) {
  const { latestFeatureSet } = await rowOf(dataset);
  const { manifest } = featureSetKeys(bench.workspace, dataset, latestFeatureSet ?? 0);
  const { files } = await bench.lake.getJson(manifest, featureSetManifest);
  const dir = await mkdtemp(join(tmpdir(), 'foretell-read-'));
  try {
    const paths = files.map((_, i) => join(dir, `${i}.parquet`));
    for (const [i, { key }] of files.entries()) await downloadFile(bench.lake, key, paths[i]!);
    return await withDuckDb({ threads: 1, memoryMb: 300, tempDir: dir }, (connection) =>
      query(connection, `SELECT * FROM read_parquet([${paths.map(stringLiteral).join(', ')}])`),
    );
  } finally {
    await rm(dir, { recursive: true });
  }
}

const hourLater = () => new Date(Date.now() + 3_600_000);

/** Runs what the clock starts for the dataset. */
async function compact(dataset: string, now = hourLater()) {
  const due = (await stream.due(now)).filter(({ payload }) => payload.dataset === dataset);
  expect(due).toHaveLength(1);
  const job = await stream.run(due[0]!);
  expect(job).toMatchObject({ status: 'succeeded', error: null });
}

test('streamed records are the next feature set once, also when a batch comes again or repeats an id', async () => {
  const { id } = await stream.dataset();
  const batch = newId();
  const first = [streamed('a', { price: 1 }), streamed('b', { price: 2.5 })];
  await stream.send(id, first, batch);
  await stream.send(id, first, batch);
  await stream.send(id, [streamed('b', { price: 2.5 }), streamed('c', { price: 3 })]);
  await compact(id);
  expect(await rowOf(id)).toMatchObject({ latestFeatureSet: 1, rows: 3, status: 'ready' });
  await stream.send(id, first, batch);
  expect(await stream.due(hourLater())).toEqual([]);
  await stream.send(id, [streamed('d', { price: null })]);
  await compact(id);
  const at = new Date('2026-01-01T00:00:00Z');
  expect(await rowsOf(id)).toEqual([
    { timestamp: at, price: 1, record_id: 'a' },
    { timestamp: at, price: 2.5, record_id: 'b' },
    { timestamp: at, price: 3, record_id: 'c' },
    { timestamp: at, price: null, record_id: 'd' },
  ]);
});

test('a column that comes later is added, and a value that does not fit its column is kept apart', async () => {
  const { id } = await stream.dataset();
  await stream.send(id, [streamed('a', { colour: 'red', size: 3 })]);
  await stream.send(id, [streamed('b', { colour: 'blue', size: 'big', weight: 1.5 })]);
  await compact(id);
  expect(await rowsOf(id)).toMatchObject([
    { record_id: 'a', colour: 'red', size: 3, weight: null },
    { record_id: 'b', colour: 'blue', size: null, weight: 1.5 },
  ]);
  const { manifest } = featureSetKeys(bench.workspace, id, 1);
  expect((await bench.lake.getJson(manifest, featureSetManifest)).quarantine?.misfits).toEqual([
    { column: 'size', kind: 'string', reason: 'changed_type', expected: 'integer', values: 1 },
  ]);
});

test("records of an uploaded dataset are added to its rows, their time in the dataset's own column", async () => {
  const { dataset: id } = await bench.importFile('at,price\n2025-01-01 00:00:00,1\n', 'csv', 'at');
  await stream.send(id, [streamed('a', { price: 2 })]);
  await compact(id);
  expect(await rowsOf(id)).toEqual([
    { at: new Date('2025-01-01T00:00:00Z'), price: 1, record_id: null },
    { at: new Date('2026-01-01T00:00:00Z'), price: 2, record_id: 'a' },
  ]);
});

test('a dataset has one import at a time, and rests nine times as long as its compaction took', async () => {
  const { id } = await stream.dataset();
  await stream.send(id, [streamed('a', { price: 1 })]);
  const begun = new Date();
  const [message, ...others] = await stream.due(begun);
  expect(others).toEqual([]);
  expect(await stream.due(begun)).toHaveLength(1);
  const { startedAt, finishedAt } = await stream.run(message!);
  await stream.send(id, [streamed('b', { price: 1 })]);
  const from = Date.parse(startedAt!);
  const tookMs = Date.parse(finishedAt!) - from;
  expect(await stream.due(new Date(from + 10 * tookMs - 1))).toEqual([]);
  await compact(id, new Date(from + 10 * tookMs));
});

test('rows that another import brought meanwhile are not lost: the compaction is made again on top of them', async () => {
  const { id } = await stream.dataset();
  await stream.send(id, [streamed('a', { price: 1 })]);
  await compact(id);
  await stream.send(id, [streamed('b', { price: 2 })]);
  const [message] = await stream.due(hourLater());
  const key = uploadKey(bench.workspace, newId());
  await bench.lake.putNew(key, 'timestamp,price,record_id\n2026-01-02 00:00:00,9,x\n');
  const upload = await bench.job('dataset.import', id);
  /** The file's import ends while the compaction has its sample made. */
  const overtaken = async () => {
    const payload = { job: upload, dataset: id, uploadKey: key, format: 'csv' } as const;
    await createImportHandler(bench.importDeps)(bench.message('dataset.import', payload), bench.context);
    throw new Error('the worker dies');
  };
  const dying = { ...bench.importDeps, invokeSample: overtaken };
  await expect(stream.run(message!, dying)).rejects.toThrow('the worker dies');
  await stream.send(id, [streamed('c', { price: 3 })]);
  await expect(stream.run(message!)).resolves.toMatchObject({ status: 'succeeded' });
  const ids = (await rowsOf(id)).map((row) => row['record_id']);
  expect(ids).toEqual(['x', 'b', 'c']);
});

test('a compaction does not rest while more waits than one takes', async () => {
  const { id, workspace } = await stream.dataset();
  await stream.send(id, [streamed('a', { price: 1 })]);
  await compact(id);
  const isDue = async () => (await stream.due(new Date(0))).some(({ payload }) => payload.dataset === id);
  const wait = (n: number) =>
    bench.database.write(async (tx) => {
      const at = new Date().toISOString();
      for (let i = 0; i < n; i++)
        await insertRows(tx, recordFiles, {
          batch: newId(),
          workspace,
          dataset: id,
          key: 'key',
          rows: 1,
          featureSet: null,
          createdAt: at,
        });
    });
  await wait(filesAtOnce - 1);
  expect(await isDue()).toBe(false);
  await wait(1);
  expect(await isDue()).toBe(true);
});
