import { newId } from '@foretell/core/node/new-id';
import { describeOnEachDatabase } from '@foretell/local/testing/test-databases';
import { memberships } from './db/people.ts';
import { insertRows } from './db/rows.ts';
import { datasetSources } from './db/sources.ts';
import { auditEvents, jobs, outbox } from './db/work.ts';
import { deployments, experiments } from './db/serving.ts';
import { createMemoryGatewayKeys } from './testing/memory-gateway-keys.ts';
import { sampleRecipe } from './testing/sample-documents.ts';
import { deploymentWithExperiment, invite } from './testing/sample-workspace.ts';
import { addTrainedModel, offlineEnvironment } from './testing/start-offline-backend.ts';
import { startTestBackend, type TestBackend } from './testing/start-test-backend.ts';

describeOnEachDatabase('many requests at once', (engine) => {
  let backend: TestBackend;
  let made: Awaited<ReturnType<typeof addTrainedModel>>;
  let stop: () => Promise<void>;
  /** Of people who were invited. */
  const tokens = new Map<string, string>();
  beforeAll(async () => {
    const server = await engine.start();
    backend = await startTestBackend(offlineEnvironment, server.url, {
      gatewayKeys: createMemoryGatewayKeys(),
    });
    made = await addTrainedModel(backend);
    stop = async () => {
      await backend.stop();
      await server.stop();
    };
  });
  afterAll(() => stop());

  const atOnce = (times: number, operation: string, body: object) =>
    Promise.all(
      Array.from({ length: times }, () =>
        backend.client.call(operation, { token: made.token, params: { id: made.model }, body }),
      ),
    );

  test('trainings are numbered one after the other, each with its job and its message', async () => {
    const started = await atOnce(20, 'startTraining', {});
    expect(started.map(({ body }) => body.n).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 2),
    );
    const { workspace } = made;
    expect(await backend.database.read.countBy(jobs, { workspace, type: 'training.run' })).toBe(21);
    expect(await backend.database.read.countBy(outbox, { queue: 'trainings' })).toBe(21);
  });

  test('deployments leave one active, with the one running experiment', async () => {
    const answers = await atOnce(10, 'deploy', deploymentWithExperiment(made.dataset));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    const { read } = backend.database;
    const active = await read.findOneByOrFail(deployments, { activeModel: made.model });
    const running = await read.findBy(experiments, { status: 'running', model: made.model });
    expect(running.map(({ id }) => id)).toEqual([active.experiment]);
    expect(await read.countBy(experiments, { status: 'stopped', model: made.model })).toBe(9);
  });

  test('one of many imports of a source begins, and is told in the audit', async () => {
    const { dataset, workspace } = made;
    const settings = { from: '2026-01-01T00:00:00Z' };
    const source = { dataset, workspace, connection: newId(), settings, everyHours: null, nextAt: null };
    await backend.database.write((tx) => insertRows(tx, datasetSources, source));
    const start = () =>
      backend.client.call('importAgain', { token: made.token, params: { id: dataset }, body: {} });
    const answers = await Promise.all(Array.from({ length: 8 }, start));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, ...Array<number>(7).fill(409)]);
    const { read } = backend.database;
    expect(await read.countBy(jobs, { workspace, type: 'dataset.import' })).toBe(1);
    expect(await read.countBy(auditEvents, { workspace, action: 'dataset.import-started' })).toBe(1);
  });

  test('of many guesses of a password at once no more than ten are looked at', async () => {
    const guess = () =>
      backend.client.call('signIn', { body: { email: 'guessed@example.com', password: 'a guess' } });
    const answers = await Promise.all(Array.from({ length: 16 }, guess));
    const wanted = [...Array<number>(10).fill(401), ...Array<number>(6).fill(429)];
    expect(answers.map(({ status }) => status).toSorted()).toEqual(wanted);
  });

  test('one of many rotations of a key wins', async () => {
    const { token } = made;
    const { apiKey } = (await backend.client.call('createApiKey', { token, body: { name: 'k' } })).body;
    const rotate = () =>
      backend.client.call('rotateApiKey', { token, params: { id: apiKey.id }, body: { overlapHours: 1 } });
    const answers = await Promise.all(Array.from({ length: 8 }, rotate));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array<number>(7).fill(409)]);
  });

  const statusOf = async (token: string, operation: string, id: string, body?: object) =>
    (await backend.client.call(operation, { token, params: { id }, ...(body ? { body } : {}) })).status;

  test('a model that is deleted while it is trained or deployed either goes or stays, never half', async () => {
    for (let round = 0; round < 4; round++) {
      const { token, model } = await addTrainedModel(backend);
      const [gone, ...used] = await Promise.all([
        statusOf(token, 'deleteModel', model),
        statusOf(token, 'startTraining', model, {}),
        statusOf(token, 'deploy', model, { version: 1 }),
      ]);
      if (gone === 409) expect(used).toContain(used.includes(202) ? 202 : 201);
      else expect([gone, ...used]).toEqual([204, 404, 404]);
    }
  });

  test('a dataset that is deleted while a model comes to learn from it either goes or has the model', async () => {
    for (let round = 0; round < 4; round++) {
      const { token, dataset, model } = await addTrainedModel(backend);
      expect(await statusOf(token, 'deleteModel', model)).toBe(204);
      const body = { name: 'again', recipe: sampleRecipe(dataset) };
      const outcome = await Promise.all([
        statusOf(token, 'deleteDataset', dataset),
        backend.client.call('createModel', { token, body }).then(({ status }) => status),
      ]);
      expect([
        [204, 404],
        [409, 201],
      ]).toContainEqual(outcome);
    }
  });

  test('two owners who demote each other at once leave one owner', async () => {
    const { workspace } = made;
    for (let round = 0; round < 3; round++) {
      const { read } = backend.database;
      const [last] = await read.findBy(memberships, { workspace, role: 'owner' });
      const other = await invite(backend, tokens.get(last!.user) ?? made.token, 'owner');
      tokens.set(other.user, other.token);
      const demote = (by: string, user: string) =>
        backend.client.call('changeMember', {
          token: tokens.get(by) ?? made.token,
          params: { id: user },
          body: { role: 'viewer' },
        });
      const answers = await Promise.all([demote(last!.user, other.user), demote(other.user, last!.user)]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(await read.countBy(memberships, { workspace, role: 'owner' })).toBe(1);
    }
  });
});
