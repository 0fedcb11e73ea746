import { queuedJob } from '@foretell/backend/db/add-job';
import { insertRows, updateRows } from '@foretell/backend/db/rows';
import { importChunks, type ImportChunkRow } from '@foretell/backend/db/sources';
import { jobs } from '@foretell/backend/db/work';
import { importChunkKeys } from '@foretell/core/domain/lake-keys';
import { newId } from '@foretell/core/node/new-id';
import { startTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createMemoryLake, type MemoryLake } from '../testing/memory-lake.ts';
import { pruneChunks } from './prune-chunks.ts';

let control: TestDatabase;
let lake: MemoryLake;
beforeEach(async () => {
  control = await startTestDatabase();
  lake = createMemoryLake();
});
afterEach(() => control.stop());

const workspace = newId();
const prune = () => pruneChunks({ database: control.database, lake }, new AbortController().signal);
const chunksOf = (dataset: string) =>
  control.database.read.find(importChunks, { where: { dataset }, order: { fromHour: 'ASC' } });

/** `hours` chunks of an hour each, with their objects, brought by `job` and in a feature set. */
async function brought(dataset: string, job: string, hours: number, from = 0): Promise<void> {
  const rows = Array.from({ length: hours }, (_, i): ImportChunkRow => {
    const { manifest } = importChunkKeys(workspace, dataset, `hour-${from + i}`, 'a');
    return {
      id: newId(),
      workspace,
      dataset,
      job,
      fromHour: from + i,
      toHour: from + i + 1,
      upTo: null,
      manifestKey: manifest,
      rows: 10,
      featureSet: 1,
      createdAt: new Date().toISOString(),
    };
  });
  for (const { manifestKey } of rows) await lake.putNew(manifestKey ?? '', 'manifest');
  await control.database.write((tx) => insertRows(tx, importChunks, ...rows));
}

test('chunks that a feature set has become one, and their objects go', async () => {
  const [dataset, few] = [newId(), newId()];
  await brought(dataset, newId(), 30);
  await brought(few, newId(), 3);
  expect(await prune()).toBe(29);
  expect(await chunksOf(dataset)).toMatchObject([{ fromHour: 0, toHour: 30, rows: 300, manifestKey: null }]);
  expect([...lake.objects.keys()].every((key) => key.includes(few))).toBe(true);
  expect([lake.objects.size, (await chunksOf(few)).length, await prune()]).toEqual([3, 3, 0]);
});

test('what no feature set has yet stays with its objects, and so do the hours it stands between', async () => {
  const dataset = newId();
  await brought(dataset, newId(), 20);
  const [waiting] = (await chunksOf(dataset)).slice(10);
  await control.database.write((tx) =>
    updateRows(tx, importChunks, { id: waiting!.id }, { featureSet: null }),
  );
  await prune();
  const left = await chunksOf(dataset);
  expect(left.map(({ fromHour, toHour }) => [fromHour, toHour])).toEqual([
    [0, 10],
    [10, 11],
    [11, 20],
  ]);
  expect([...lake.objects.keys()]).toEqual([waiting!.manifestKey]);
});

test('what a job under way has brought stays: it asks what itself has done', async () => {
  const dataset = newId();
  const job = queuedJob(workspace, 'dataset.import', { kind: 'dataset', id: dataset });
  await control.database.write((tx) => insertRows(tx, jobs, job));
  await brought(dataset, job.id, 20);
  await brought(dataset, newId(), 20, 20);
  expect(await prune()).toBe(19);
  expect((await chunksOf(dataset)).filter(({ job: id }) => id === job.id)).toHaveLength(20);
});

test('hours that another worker folds into a chunk meanwhile are kept', async () => {
  const dataset = newId();
  for (let hour = 0; hour < 22; hour += 2) await brought(dataset, newId(), 1, hour);
  let isFirst = true;
  const interrupted = {
    async clear(folder: string) {
      if (isFirst) {
        isFirst = false;
        await brought(dataset, newId(), 1, 21);
        await prune();
      }
      return lake.clear(folder);
    },
  };
  await pruneChunks({ database: control.database, lake: interrupted }, new AbortController().signal);
  expect((await chunksOf(dataset)).at(-1)).toMatchObject({ fromHour: 20, toHour: 22, rows: 20 });
});
