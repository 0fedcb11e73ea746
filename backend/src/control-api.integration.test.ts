import { newId } from '@foretell/core/node/new-id';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { describeOnEachDatabase } from '@foretell/local/testing/test-databases';
import type { Route } from './http/route.ts';
import { sampleRecipe } from './testing/sample-documents.ts';
import {
  createSampleWorkspace,
  deploymentWithExperiment,
  invite,
  signUp,
  type SampleWorkspace,
} from './testing/sample-workspace.ts';
import { startTestBackend, type TestBackend } from './testing/start-test-backend.ts';

let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
beforeAll(async () => {
  aws = await startAwsWithResources();
});
afterAll(() => aws.stop());

/** A body each operation takes, in the sample workspace; an operation with a body and none here fails the suite. */
const bodies: Record<string, (sample: SampleWorkspace) => object> = {
  createWorkspace: () => ({ name: 'Another' }),
  addMember: () => ({ email: `${newId()}@example.com`, role: 'viewer' }),
  changeMember: () => ({ role: 'editor' }),
  createTeam: () => ({ name: newId() }),
  createApiKey: () => ({ name: 'key' }),
  rotateApiKey: () => ({ overlapHours: 1 }),
  createUpload: () => ({ filename: 'flights.csv', bytes: 10 }),
  createMultipartUpload: () => ({ filename: 'flights.csv', bytes: 10 }),
  signUploadParts: () => ({ parts: [1] }),
  createConnection: () => ({
    name: 'amplitude',
    kind: 'amplitude',
    settings: { region: 'eu' },
    credentials: { apiKey: 'key', secretKey: 'secret' },
  }),
  changeConnection: () => ({ kind: 'amplitude', name: 'product events' }),
  testConnection: () => ({
    name: 'shop',
    kind: 'postgresql',
    settings: { host: 'db.example.com', database: 'shop' },
    credentials: { username: 'reader', password: 'secret' },
  }),
  importAgain: () => ({}),
  createDataset: ({ upload }) => ({ name: 'flights', source: { kind: 'upload', upload } }),
  createFeatureSet: ({ upload }) => ({ upload }),
  proposeRecipe: ({ dataset }) => ({
    dataset,
    entity: 'origin',
    time: 'date',
    label: { column: 'delay', op: '>', value: 15 },
  }),
  createModel: ({ dataset }) => ({ name: 'late', recipe: sampleRecipe(dataset) }),
  startTraining: () => ({}),
  deploy: ({ dataset }) => deploymentWithExperiment(dataset),
  startBatchPrediction: () => ({}),
  previewMetric: ({ dataset }) => ({ name: 'late', kind: 'conversion', dataset, unitColumn: 'origin' }),
  changeExperiment: () => ({ rules: { autoPromote: true } }),
  markNotificationsRead: () => ({}),
  changeNotificationSettings: () => ({ topics: { 'dataset.ready': { dashboard: true, email: false } } }),
};

/** The id in a path, by the path: a new kind of path fails the suite until it is named here. */
const idsByPath: [string, keyof SampleWorkspace][] = [
  ['/api/workspaces/', 'workspace'],
  ['/api/invitations/', 'invitation'],
  ['/api/teams/', 'team'],
  ['/api/connections/', 'connection'],
  ['/api/multipart-uploads/{id}/', 'multipartUpload'],
  ['/api/multipart-uploads/', 'abandonedUpload'],
  ['/api/datasets/{id}/imports', 'sourcedDataset'],
  ['/api/datasets/', 'dataset'],
  ['/api/models/', 'model'],
  ['/api/experiments/', 'experiment'],
  ['/api/predictions/', 'prediction'],
  ['/api/api-keys/', 'apiKey'],
  ['/api/jobs/', 'job'],
];

/** What is deleted is nothing that others of the sample stand on. */
const deleted: Record<string, 'unusedDataset' | 'unusedModel'> = {
  deleteDataset: 'unusedDataset',
  deleteModel: 'unusedModel',
};

function paramsOf(route: Route, sample: SampleWorkspace): Record<string, string> {
  const unused = deleted[route.operationId];
  if (unused) return { id: sample[unused] };
  const entry = idsByPath.find(([start]) => route.path.startsWith(start));
  const id = route.path.startsWith('/api/members/') ? sample.viewer.user : entry && sample[entry[1]];
  if (typeof id !== 'string') throw new Error(`name the id of ${route.path} in idsByPath`);
  return { id, n: '1', user: sample.viewer.user };
}

function optionsOf(route: Route, sample: SampleWorkspace) {
  const body = bodies[route.operationId]?.(sample);
  if (route.body && !body) throw new Error(`name a body of ${route.operationId} in bodies`);
  const query = route.operationId === 'listPredictions' ? { model: sample.model } : {};
  return { query, ...(route.params ? { params: paramsOf(route, sample) } : {}), ...(body ? { body } : {}) };
}

describeOnEachDatabase('the control API', (engine) => {
  let backend: TestBackend;
  let sample: SampleWorkspace;
  let stop: () => Promise<void>;
  let withSession: Route[];
  beforeAll(async () => {
    const server = await engine.start();
    backend = await startTestBackend(aws.environment, server.url);
    withSession = backend.routes.filter(({ access }) => access !== 'public');
    sample = await createSampleWorkspace(backend);
    stop = async () => {
      await backend.stop();
      await server.stop();
    };
  });
  afterAll(() => stop());

  test("another workspace's id is answered 404 by every route that takes one", async () => {
    const stranger = await signUp(backend);
    const withIds = withSession.filter(({ params }) => params);
    expect(withIds.length).toBeGreaterThan(25);
    for (const route of withIds) {
      const options = { ...optionsOf(route, sample), token: stranger.token };
      const { status } = await backend.client.call(route.operationId, options);
      expect([route.operationId, status]).toEqual([route.operationId, 404]);
    }
  });

  test("another workspace's id inside a body or query is not found either", async () => {
    const stranger = await signUp(backend);
    const { token } = stranger;
    const { client } = backend;
    const { dataset, upload, model, experiment } = sample;
    const question = { dataset, entity: 'origin', time: 'date', label: { column: 'delay' } };
    const source = { kind: 'upload', upload };
    const answers = [
      await client.call('createDataset', { token, body: { name: 'x', source } }),
      await client.call('proposeRecipe', { token, body: question }),
      await client.call('createModel', { token, body: { name: 'x', question } }),
      await client.call('createModel', { token, body: { name: 'x', recipe: sampleRecipe(dataset) } }),
      await client.call('listPredictions', { token, query: { model } }),
      await client.call('listPredictions', { token, query: { model, entity: 'ABQ' } }),
      await client.call('listPredictions', { token, query: { experiment } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    for (const { operationId } of withSession.filter(
      (route) => route.path.match(/^\/api\/[\w-]+$/) && !route.body,
    )) {
      if (['getMe', 'listPredictions', 'streamEvents'].includes(operationId)) continue;
      const { text } = await client.call(operationId, { token });
      for (const [name, id] of Object.entries(sample))
        if (typeof id === 'string')
          expect([operationId, name, text.includes(id)]).toEqual([operationId, name, false]);
    }
  });

  test('without a session, and with one that never was, every route answers 401', async () => {
    for (const route of withSession)
      for (const token of [undefined, 'fs_of-nobody']) {
        const { status } = await backend.client.call(route.operationId, {
          ...optionsOf(route, sample),
          token,
        });
        expect([route.operationId, status]).toEqual([route.operationId, 401]);
      }
  });

  test('a viewer may read everything and change nothing', async () => {
    const { token } = sample.viewer;
    for (const route of withSession) {
      if (route.operationId === 'streamEvents' || route.operationId === 'signOut') continue;
      const { status } = await backend.client.call(route.operationId, { ...optionsOf(route, sample), token });
      const expected = route.access === 'viewer' ? route.success[0]!.status : 403;
      expect([route.operationId, status]).toEqual([route.operationId, expected]);
    }
  });

  test('an editor may do all but manage people', async () => {
    const { token } = await invite(backend, sample.token, 'editor');
    for (const route of withSession.filter(({ access }) => access === 'owner')) {
      const { status } = await backend.client.call(route.operationId, { ...optionsOf(route, sample), token });
      expect([route.operationId, status]).toEqual([route.operationId, 403]);
    }
    const created = await backend.client.call('createApiKey', { token, body: { name: 'key' } });
    expect(created.status).toBe(201);
  });

  test('an owner succeeds with every operation', async () => {
    const { token } = sample;
    const last = [
      'stopExperiment',
      'endDeployment',
      'removeTeamMember',
      'removeTeam',
      'removeMember',
      'signOut',
    ];
    const order = (route: Route) => last.indexOf(route.operationId);
    for (const route of withSession.toSorted((a, b) => order(a) - order(b))) {
      // A verdict is given by the rules alone (experiments.test.ts), a connection tried at a database (connections.integration.test.ts).
      if (['streamEvents', 'concludeExperiment', 'testConnection'].includes(route.operationId)) continue;
      const options = { ...optionsOf(route, sample), token };
      if (['lookNow', 'changeExperiment', 'stopExperiment'].includes(route.operationId)) {
        const { body } = await backend.client.call('listExperiments', { token });
        const running = body.items.find((one: { status: string }) => one.status === 'running');
        options.params = { id: running.id };
      }
      if (['cancelJob', 'retryJob'].includes(route.operationId)) {
        const params = { id: sample.model };
        const started = await backend.client.call('startTraining', { token, params, body: {} });
        options.params = { id: started.body.job.id };
        if (route.operationId === 'retryJob')
          await backend.client.call('cancelJob', { token, params: options.params });
      }
      const { status, text } = await backend.client.call(route.operationId, options);
      expect([route.operationId, text, status]).toEqual([route.operationId, text, route.success[0]!.status]);
    }
    await backend.client.call('signIn', {
      body: { email: sample.owner.email, password: sample.owner.password },
    });
    await backend.client.call('getHealth');
    await backend.client.call('getReadiness');
    // Links in mails need no session: notifications/settings.test.ts.
    expect(backend.client.unproved().sort()).toEqual([
      'concludeExperiment',
      'openUnsubscription',
      'streamEvents',
      'testConnection',
      'unsubscribe',
    ]);
  });
});
