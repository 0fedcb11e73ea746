import { updateRows } from '../../db/rows.ts';
import { datasets } from '../../db/data.ts';
import { jobs } from '../../db/work.ts';
import { sampleSchema } from '../../testing/sample-documents.ts';
import { addTrainedModel, startOfflineBackend } from '../../testing/start-offline-backend.ts';
import type { TestBackend } from '../../testing/start-test-backend.ts';

let backend: TestBackend;
let made: Awaited<ReturnType<typeof addTrainedModel>>;
beforeAll(async () => {
  backend = await startOfflineBackend();
  made = await addTrainedModel(backend);
  const schema = { columns: [...sampleSchema.columns, { name: 'fare', type: 'double' as const }] };
  await backend.database.write((tx) => updateRows(tx, datasets, { id: made.dataset }, { schema }));
});
afterAll(() => backend.stop());

const start = (body: object) =>
  backend.client.call('startBatchPrediction', { token: made.token, params: { id: made.model }, body });

test('a key column goes to the job, and is told in the list', async () => {
  const { status, body } = await start({ keyColumn: 'delay' });
  expect([status, body.keyColumn]).toEqual([202, 'delay']);
  const { payload } = await backend.database.read.findOneByOrFail(jobs, { id: body.id });
  expect(payload).toMatchObject({ keyColumn: 'delay', featureSet: 1 });
  const params = { id: made.model };
  const list = await backend.client.call('listBatchPredictions', { token: made.token, params });
  expect(list.body.items[0]).toMatchObject({ id: body.id, keyColumn: 'delay' });
  expect((await start({})).body.keyColumn).toBeNull();
});

test.each([
  ['nowhere', 'unknown_column'],
  ['fare', 'not_a_key'],
])('the key column %s is refused at once', async (keyColumn, code) => {
  const { status, body } = await start({ keyColumn });
  expect([status, body.errors]).toMatchObject([422, [{ field: 'keyColumn', code }]]);
});
