import { newId } from '@foretell/core/node/new-id';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { databaseEngines } from '@foretell/local/testing/test-databases';
import { deploymentWithExperiment } from '../../testing/sample-workspace.ts';
import { addTrainedModel } from '../../testing/start-offline-backend.ts';
import { startTestBackend, type TestBackend } from '../../testing/start-test-backend.ts';
import { experiments } from '../../db/serving.ts';
import { updateRows } from '../../db/rows.ts';
import { addPrediction } from '../../testing/worker-rows.ts';

let backend: TestBackend;
let made: Awaited<ReturnType<typeof addTrainedModel>>;
let experiment: string;
let stop: () => Promise<void>;
let newestFirst: string[];

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

beforeAll(async () => {
  const [aws, database] = [await startAwsWithResources(), await databaseEngines[0]!.start()];
  backend = await startTestBackend(aws.environment, database.url);
  stop = async () => {
    await backend.stop();
    await database.stop();
    await aws.stop();
  };
  made = await addTrainedModel(backend);
  const { token, model, dataset, workspace } = made;
  const deployed = await backend.client.call('deploy', {
    token,
    params: { id: model },
    body: deploymentWithExperiment(dataset),
  });
  experiment = deployed.body.experiment;
  const records = [];
  for (let i = 0; i < 25; i++) {
    const served = { workspace, model, experiment: i % 5 === 0 ? experiment : null };
    // Some share a millisecond, some are days old: two days' shards take part.
    const createdAt = ago(i < 10 ? Math.floor(i / 5) : i * 120);
    records.push(await addPrediction(backend, served, { entity: i % 2 ? 'ABQ' : 'BOS', createdAt }));
  }
  newestFirst = records
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
    .map(({ createdAt }) => createdAt);
});
afterAll(() => stop());

interface Shown {
  id: string;
  createdAt: string;
  entity: string;
  experiment: string | null;
}
async function listAll(query: Record<string, string>): Promise<Shown[]> {
  const shown: Shown[] = [];
  let cursor: string | null = null;
  do {
    const asked: Record<string, string> = { ...query, ...(cursor === null ? {} : { cursor }) };
    const { body } = await backend.client.call('listPredictions', { token: made.token, query: asked });
    shown.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor !== null);
  return shown;
}

test.each(['1', '4', '200'])(
  "a model's predictions come newest first, each once, by pages of %s",
  async (limit) => {
    const shown = await listAll({ model: made.model, limit });
    expect(shown.map(({ createdAt }) => createdAt)).toEqual(newestFirst);
    expect(new Set(shown.map(({ id }) => id)).size).toBe(25);
  },
);

test('an entity has only its own, an experiment only its own', async () => {
  const ofEntity = await listAll({ model: made.model, entity: 'ABQ', limit: '5' });
  expect([ofEntity.length, new Set(ofEntity.map(({ entity }) => entity))]).toEqual([12, new Set(['ABQ'])]);
  const ofExperiment = await listAll({ experiment, limit: '2' });
  expect(ofExperiment.map((one) => one.experiment)).toEqual(Array(5).fill(experiment));
  expect(await listAll({ experiment, entity: 'ABQ' })).toHaveLength(0);
  await backend.database.write((tx) =>
    updateRows(tx, experiments, { id: experiment }, { startedAt: newestFirst.at(-1)! }),
  );
  const ofBoth = await listAll({ experiment, model: made.model, entity: 'ABQ', limit: '1' });
  expect(ofBoth.map((one) => [one.experiment, one.entity])).toEqual(Array(2).fill([experiment, 'ABQ']));
  const query = { experiment, model: newId() };
  const other = await backend.client.call('listPredictions', { token: made.token, query });
  expect([other.status, other.body.errors[0].field]).toEqual([422, 'model']);
});

test('from and to bound the list, both included', async () => {
  const [from, to] = [newestFirst[20]!, newestFirst[12]!];
  const shown = await listAll({ model: made.model, from, to });
  expect(shown.map(({ createdAt }) => createdAt)).toEqual(newestFirst.slice(12, 21));
});

test('one prediction is answered in full', async () => {
  const { model, workspace } = made;
  const explained = { missing: ['distance'], features: { distance: null }, request: { model, entity: '✈' } };
  const record = await addPrediction(
    backend,
    { workspace, model, experiment: null },
    { ...explained, entity: '✈' },
  );
  const { body } = await backend.client.call('getPrediction', {
    token: made.token,
    params: { id: record.id },
  });
  expect(body).toEqual(record);
  const unknown = { token: made.token, params: { id: newId() } };
  expect((await backend.client.call('getPrediction', unknown)).status).toBe(404);
});

test('a cursor of any time leads nowhere but into the list', async () => {
  const cursorAt = (at: string) => Buffer.from(JSON.stringify({ at, seen: [] })).toString('base64url');
  const list = async (query: Record<string, string>) =>
    (await backend.client.call('listPredictions', { token: made.token, query })).body.items;
  for (const query of [{ model: made.model }, { model: made.model, entity: 'BOS' }, { experiment }]) {
    expect(await list({ ...query, cursor: cursorAt('9999-12-31T23:59:59.999Z') })).toEqual(await list(query));
    expect(await list({ ...query, cursor: cursorAt('2000-01-01T00:00:00.000Z') })).toEqual([]);
  }
});

test('a period before an experiment began has none of its predictions', async () => {
  const query = { experiment, entity: 'BOS', from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' };
  const { status, body } = await backend.client.call('listPredictions', { token: made.token, query });
  expect([status, body.items]).toEqual([200, []]);
});

test.each([
  ['neither model nor experiment', {}, 'model'],
  ['a cursor of something else', { model: newId(), cursor: 'eyJ4IjoxfQ' }, 'cursor'],
  ['a limit of nothing', { model: newId(), limit: '0' }, 'limit'],
  ['a year', { model: newId(), from: '2025-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'from'],
  ['a time without an offset', { model: newId(), from: '2025-01-01T00:00:00' }, 'from'],
])('a list by %s is refused by naming the field', async (_, query, field) => {
  const { status, body } = await backend.client.call('listPredictions', { token: made.token, query });
  expect([status, body.errors[0].field]).toEqual([422, field]);
});
