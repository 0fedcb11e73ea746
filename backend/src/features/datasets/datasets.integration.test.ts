import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { databaseEngines } from '@foretell/local/testing/test-databases';
import { outbox } from '../../db/work.ts';
import { createSampleWorkspace, signUp, type SampleWorkspace } from '../../testing/sample-workspace.ts';
import { sampleRecipe, sampleSample, sampleSummary } from '../../testing/sample-documents.ts';
import { startTestBackend, type TestBackend } from '../../testing/start-test-backend.ts';

let backend: TestBackend;
let sample: SampleWorkspace;
let stop: () => Promise<void>;
beforeAll(async () => {
  const [aws, database] = [await startAwsWithResources(), await databaseEngines[0]!.start()];
  backend = await startTestBackend(aws.environment, database.url);
  sample = await createSampleWorkspace(backend);
  stop = async () => {
    await backend.stop();
    await database.stop();
    await aws.stop();
  };
});
afterAll(() => stop());

async function upload(token: string, filename: string, announced: string, sent = announced) {
  const body = { filename, bytes: announced.length };
  const { url, upload: id } = (await backend.client.call('createUpload', { token, body })).body;
  const { status } = await fetch(url, { method: 'PUT', body: sent });
  return { id, status };
}
const create = (token: string, source: object) =>
  backend.client.call('createDataset', { token, body: { name: 'd', source } });

test('a URL takes exactly the bytes announced, and the dataset waits for them', async () => {
  const { token } = await signUp(backend);
  const short = await upload(token, 'a.csv', 'a,b\n1,2\n', 'a,b');
  expect(short.status).toBe(403);
  const refused = await create(token, { kind: 'upload', upload: short.id });
  expect([refused.status, refused.body.errors[0]]).toMatchObject([
    422,
    { field: 'source.upload', code: 'not_uploaded' },
  ]);
});

test('an import is one row, one job and one message, together', async () => {
  const { token, workspace } = await signUp(backend);
  const { id } = await upload(token, 'Flights.CSV', 'a,b\n1,2\n');
  const { body } = await create(token, { kind: 'upload', upload: id });
  expect(body).toMatchObject({
    dataset: { status: 'importing', source: 'upload' },
    job: { status: 'queued' },
  });
  const [message] = (await backend.database.read.findBy(outbox, { queue: 'imports', kind: 'message' }))
    .map((row) => JSON.parse(row.body!))
    .filter((one) => one.payload.job === body.job.id);
  expect(message).toMatchObject({
    type: 'dataset.import',
    workspace,
    payload: { dataset: body.dataset.id, uploadKey: `workspaces/${workspace}/uploads/${id}`, format: 'csv' },
  });
});

test.each([
  ['flights.jsonl', 'jsonl'],
  ['flights.json', 'jsonl'],
  ['flights.parquet', 'parquet'],
  ['flights.tsv', 'csv'],
])('what %s holds is told from its name', async (filename, format) => {
  const { token } = await signUp(backend);
  const { id } = await upload(token, filename, 'x');
  const { body } = await create(token, { kind: 'upload', upload: id });
  const rows = await backend.database.read.findBy(outbox, { queue: 'imports' });
  const mine = rows.map((row) => JSON.parse(row.body!).payload).find((one) => one.job === body.job.id);
  expect(mine.format).toBe(format);
});

test('a name that tells nothing needs the format said', async () => {
  const { token } = await signUp(backend);
  const { id } = await upload(token, 'flights.csv.gz', 'x');
  const refused = await create(token, { kind: 'upload', upload: id });
  expect([refused.status, refused.body.errors[0].field]).toEqual([422, 'source.format']);
  expect((await create(token, { kind: 'upload', upload: id, format: 'csv' })).status).toBe(202);
});

test('a streamed dataset is ready at once and has no profile yet', async () => {
  const { token } = await signUp(backend);
  const { body } = await create(token, { kind: 'stream' });
  expect(body).toMatchObject({ dataset: { status: 'ready', schema: null, rows: null }, job: null });
  const params = { id: body.dataset.id };
  expect((await backend.client.call('getSample', { token, params })).status).toBe(404);
});

test('sample and summary are answered as the sample function wrote them', async () => {
  const [token, params] = [sample.token, { id: sample.dataset }];
  expect((await backend.client.call('getSample', { token, params })).body).toEqual(sampleSample);
  expect((await backend.client.call('getSummary', { token, params })).body).toEqual(sampleSummary);
  const versions = await backend.client.call('listFeatureSets', { token, params });
  expect(versions.body.items).toMatchObject([{ n: 1, rows: 400, columns: 4 }]);
});

test('a question becomes a recipe that says what each column is for', async () => {
  const { token, dataset } = sample;
  const label = { column: 'delay', op: '>', value: 15 };
  const question = { dataset, entity: 'origin', time: 'date', label };
  const { body: recipe } = await backend.client.call('proposeRecipe', { token, body: question });
  expect(recipe).toMatchObject({ dataset, featureSet: 1, entity: 'origin', time: 'date', task: 'binary' });
  const { body: model } = await backend.client.call('createModel', {
    token,
    body: { name: 'late', question },
  });
  expect(model.recipe).toEqual(recipe);
});

test('a question about a column that is not there names the field', async () => {
  const { token, dataset } = sample;
  const question = { dataset, entity: 'nobody', time: 'date', label: { column: 'delay' } };
  const { status, body } = await backend.client.call('proposeRecipe', { token, body: question });
  expect([status, body.errors[0].field]).toEqual([422, 'entity']);
});

test.each([
  ['entity', (dataset: string) => ({ ...sampleRecipe(dataset), entity: 'airport' }), 'recipe.entity'],
  ['feature set', (dataset: string) => ({ ...sampleRecipe(dataset), featureSet: 2 }), 'recipe.featureSet'],
])('a whole recipe with an unknown %s names the field', async (_, recipe, field) => {
  const body = { name: 'x', recipe: recipe(sample.dataset) };
  const answer = await backend.client.call('createModel', { token: sample.token, body });
  expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
});

const eventsOf = (dataset: string, events: { dataset: string; time?: string }) => ({
  ...sampleRecipe(dataset),
  events: [{ name: 'others', featureSet: 1, entity: 'origin', time: 'date', ...events }],
});

test('a recipe reads events of the workspace’s own datasets, and of nobody else’s', async () => {
  const { token, dataset } = sample;
  const create = (recipe: object) =>
    backend.client.call('createModel', { token, body: { name: 'x', recipe } });
  expect((await create(eventsOf(dataset, { dataset }))).status).toBe(201);
  const wrong = await create(eventsOf(dataset, { dataset, time: 'origin' }));
  expect([wrong.status, wrong.body.errors[0].field]).toEqual([422, 'recipe.events.0.time']);
  const other = await signUp(backend);
  const theirs = { token: other.token, body: { name: 'x', recipe: eventsOf(dataset, { dataset }) } };
  expect((await backend.client.call('createModel', theirs)).status).toBe(404);
  const { body } = await backend.client.call('createDataset', {
    token: other.token,
    body: { name: 'theirs', source: { kind: 'stream' } },
  });
  expect((await create(eventsOf(dataset, { dataset: body.dataset.id }))).status).toBe(404);
  const asked = { dataset: body.dataset.id, entity: 'origin', time: 'date' };
  const question = { dataset, entity: 'origin', time: 'date', label: { column: 'delay' }, events: [asked] };
  expect((await backend.client.call('proposeRecipe', { token, body: question })).status).toBe(404);
  const mine = { ...question, events: [{ ...asked, dataset }] };
  const proposed = await backend.client.call('proposeRecipe', { token, body: mine });
  expect(proposed.body.events).toMatchObject([{ dataset, featureSet: 1, entity: 'origin', time: 'date' }]);
});

test('trainings are numbered one after the other, however many start at once', async () => {
  const { token, model } = sample;
  const start = () => backend.client.call('startTraining', { token, params: { id: model }, body: {} });
  const started = await Promise.all([1, 2, 3, 4, 5].map(start));
  expect(started.map(({ body }) => body.n).toSorted()).toEqual([2, 3, 4, 5, 6]);
  const { body } = await backend.client.call('listTrainings', { token, params: { id: model } });
  expect(body.items.map(({ n }: { n: number }) => n)).toEqual(expect.arrayContaining([1, 2, 3, 4, 5, 6]));
});
