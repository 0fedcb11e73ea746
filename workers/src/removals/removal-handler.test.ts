import { recordFiles } from '@foretell/backend/db/record-files';
import { removals } from '@foretell/backend/db/removals';
import { insertRows } from '@foretell/backend/db/rows';
import { datasetFolder, modelFolder, recordsKey, uploadKey } from '@foretell/core/domain/lake-keys';
import { newId } from '@foretell/core/node/new-id';
import { createRecordFileStore } from '../records/record-file-store.ts';
import { createRecordsHandler } from '../records/records-handler.ts';
import { createRecordsStore } from '../records/records-store.ts';
import type { SendMessage } from '../runtime/send-message.ts';
import { startTestDatabase, type TestDatabase } from '../testing/database.ts';
import { message, testContext } from '../testing/experiment-bench.ts';
import { createMemoryLake, type MemoryLake } from '../testing/memory-lake.ts';
import { publishManifest, removed } from '../testing/removals.ts';
import { streamed } from '../testing/record-stream.ts';
import { createRemovalHandler } from './removal-handler.ts';

let control: TestDatabase;
let lake: MemoryLake;
let statements: string[];
let sent: Parameters<SendMessage>[];
beforeAll(async () => {
  control = await startTestDatabase();
});
beforeEach(async () => {
  [lake, statements, sent] = [createMemoryLake(), [], []];
  await publishManifest(lake);
});
afterAll(() => control.stop());

const now = () => new Date();

async function handle({ id, workspace }: { id: string; workspace: string }, again = false): Promise<void> {
  const handler = createRemovalHandler({
    database: control.database,
    lake,
    warehouse: { transaction: (asked) => Promise.resolve(void statements.push(...asked)) },
    send: (...call) => Promise.resolve(void sent.push(call as never)),
    now,
  });
  await handler(message('removal.run', workspace, { removal: id, again }), testContext);
}
const rowOf = (id: string) => control.database.read.findOneByOrFail(removals, { id });
const keys = () => [...lake.objects.keys()].filter((key) => key.startsWith('workspaces/'));

async function addFile(dataset: string, workspace: string): Promise<void> {
  const batch = newId();
  const key = recordsKey(workspace, dataset, '2026-01-01', batch);
  await lake.putNew(key, 'rows');
  const row = { batch, workspace, dataset, key, rows: 1, featureSet: null, createdAt: now().toISOString() };
  await control.database.write((tx) => insertRows(tx, recordFiles, row));
}

test('a dataset goes from lake, warehouse and bookkeeping, and no other with it', async () => {
  const upload = newId();
  const other = newId();
  const workspace = newId();
  const besides = { uploads: [uploadKey(workspace, upload)] };
  const gone = await removed(control.database, 'dataset', besides);
  await addFile(gone.id, gone.workspace);
  await addFile(other, gone.workspace);
  await lake.putNew(uploadKey(workspace, upload), 'the file');
  await handle(gone);
  expect(keys()).toEqual([expect.stringContaining(datasetFolder(gone.workspace, other))]);
  const files = await control.database.read.findBy(recordFiles, { workspace: gone.workspace });
  expect(files.map(({ dataset }) => dataset)).toEqual([other]);
  expect(statements).toEqual([`DELETE FROM metric_events WHERE dataset = '${gone.id}'`]);
});

test('a model goes with its folder, and with who was in which group of its experiments', async () => {
  const experiment = newId();
  const gone = await removed(control.database, 'model', { experiments: [experiment] });
  const folder = modelFolder(gone.workspace, gone.id);
  await lake.putNew(`${folder}versions/1/model.txt`, 'trees');
  await handle(gone);
  expect(keys()).toEqual([]);
  expect(statements).toEqual([`DELETE FROM experiment_assignments WHERE experiment IN ('${experiment}')`]);
});

test('nothing goes while the published manifest names it; the message comes again', async () => {
  const gone = await removed(control.database, 'dataset');
  await addFile(gone.id, gone.workspace);
  await publishManifest(lake, { datasets: [{ ...gone, columns: null, timeColumn: null }] });
  await expect(handle(gone)).rejects.toMatchObject({ code: 'unavailable' });
  expect([keys().length, statements, sent]).toEqual([1, [], []]);
  await publishManifest(lake);
  await handle(gone);
  expect(keys()).toEqual([]);
});

test('what its last writers still wrote goes a quarter of an hour later, however often that message comes', async () => {
  const gone = await removed(control.database, 'dataset');
  await handle(gone);
  expect(sent).toEqual([['removal.run', gone.workspace, { removal: gone.id, again: true }, 900]]);
  await addFile(gone.id, gone.workspace);
  expect((await rowOf(gone.id)).finishedAt).toBeNull();
  for (const _ of [1, 2]) await handle(gone, true);
  expect([keys(), sent.length]).toEqual([[], 1]);
  expect(await control.database.read.countBy(recordFiles, { dataset: gone.id })).toBe(0);
  expect((await rowOf(gone.id)).finishedAt).not.toBeNull();
});

test('of a removal that is forgotten nothing is done', async () => {
  await lake.putNew(`${modelFolder(newId(), newId())}versions/1/model.txt`, 'trees');
  await handle({ id: newId(), workspace: newId() });
  expect([keys().length, statements, sent]).toEqual([1, [], []]);
});

test('records that were accepted before their dataset was deleted are dropped; those of none that ever was are not', async () => {
  const gone = await removed(control.database, 'dataset');
  const records = createRecordsHandler({
    lake,
    store: createRecordsStore(control.database, now),
    files: createRecordFileStore(control.database),
    send: () => Promise.reject(new Error('nothing follows')),
    markBatchStored: () => Promise.reject(new Error('nothing was stored')),
    workDir: control.dir,
  });
  const receivedAt = now().toISOString();
  const batch = (dataset: string) =>
    message('records.batch', gone.workspace, {
      dataset,
      batch: newId(),
      receivedAt,
      records: [streamed('r1', { n: 1 })],
    });
  await records(batch(gone.id), testContext);
  expect(keys()).toEqual([]);
  await expect(records(batch(newId()), testContext)).rejects.toMatchObject({ code: 'invalid' });
});
