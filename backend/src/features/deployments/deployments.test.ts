import { newId } from '@foretell/core/node/new-id';
import { buildServingContent } from '../../manifest/build-manifest.ts';
import { updateRows } from '../../db/rows.ts';
import { experiments } from '../../db/serving.ts';
import { outbox } from '../../db/work.ts';
import { deploymentWithExperiment } from '../../testing/sample-workspace.ts';
import { addTrainedModel, startOfflineBackend } from '../../testing/start-offline-backend.ts';
import type { TestBackend } from '../../testing/start-test-backend.ts';
import { addLook, sampleLook } from '../../testing/worker-rows.ts';

let backend: TestBackend;
let made: Awaited<ReturnType<typeof addTrainedModel>>;
beforeAll(async () => {
  backend = await startOfflineBackend();
});
beforeEach(async () => {
  made = await addTrainedModel(backend);
});
afterAll(() => backend.stop());

const deploy = (body: object) =>
  backend.client.call('deploy', { token: made.token, params: { id: made.model }, body });
const withExperiment = (changes: object = {}) => {
  const body = deploymentWithExperiment(made.dataset);
  return { ...body, experiment: { ...body.experiment, ...changes } };
};
async function served() {
  const { models } = await buildServingContent(backend.database.read, new Date());
  return models.find(({ id }) => id === made.model);
}
const conclude = (id: string, verdict: 'model' | 'fallback' | 'inconclusive') =>
  backend.database.write((tx) => {
    const at = new Date().toISOString();
    const conclusion = { verdict, rule: 'r', report: 'r', look: 1, concludedAt: at };
    const change = { status: 'concluded' as const, runningModel: null, conclusion, endedAt: at };
    return updateRows(tx, experiments, { id }, change);
  });

test('a deployed version is served by its artefacts, all traffic to the model', async () => {
  expect(await served()).toBeUndefined();
  expect((await deploy({ version: 1 })).body).toMatchObject({ model: made.model, version: 1, active: true });
  const prefix = `workspaces/${made.workspace}/models/${made.model}/versions/1/`;
  expect(await served()).toEqual({
    id: made.model,
    workspace: made.workspace,
    version: 1,
    keys: {
      model: `${prefix}model.txt`,
      card: `${prefix}model-card.json`,
      checkRows: `${prefix}check-rows.json`,
    },
    onlineFeatures: null,
    experiment: null,
    answer: { kind: 'model' },
  });
  const model = await backend.client.call('getModel', { token: made.token, params: { id: made.model } });
  expect(model.body.deployedVersion).toBe(1);
});

test('an experiment is served with a seed of its own that no answer tells', async () => {
  const { experiment } = (await deploy(withExperiment({ split: 0.2 }))).body;
  const now = (await served())?.experiment;
  expect(now).toMatchObject({ id: experiment, split: 0.2, fallback: { kind: 'random' } });
  expect(now?.seed.length).toBeGreaterThan(20);
  const shown = await backend.client.call('getExperiment', { token: made.token, params: { id: experiment } });
  expect(shown.text).not.toContain(now?.seed);
  expect(shown.body.rules).toMatchObject({ alpha: 0.05, minDays: 7, autoPromote: false });
});

test('a new deployment takes the place of the old one and stops its experiment', async () => {
  const first = (await deploy(withExperiment())).body;
  const second = (await deploy(withExperiment())).body;
  const list = await backend.client.call('listDeployments', {
    token: made.token,
    params: { id: made.model },
  });
  expect(list.body.items.map((d: { id: string; active: boolean }) => [d.id, d.active])).toEqual([
    [second.id, true],
    [first.id, false],
  ]);
  const old = await backend.client.call('getExperiment', {
    token: made.token,
    params: { id: first.experiment },
  });
  expect(old.body.status).toBe('stopped');
  expect((await served())?.experiment?.id).toBe(second.experiment);
});

test('deployments at once leave one active, one experiment running, and a dirty manifest each', async () => {
  const before = await backend.database.read.countBy(outbox, { kind: 'manifest' });
  const answers = await Promise.all([1, 2, 3, 4].map(() => deploy(withExperiment())));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect(await backend.database.read.countBy(experiments, { runningModel: made.model })).toBe(1);
  expect(await backend.database.read.countBy(outbox, { kind: 'manifest' })).toBe(before + 4);
});

test('a stopped experiment leaves all traffic to the model', async () => {
  const { experiment } = (await deploy(withExperiment())).body;
  const stop = () => backend.client.call('stopExperiment', { token: made.token, params: { id: experiment } });
  expect((await stop()).body.status).toBe('stopped');
  expect(await served()).toMatchObject({ experiment: null, answer: { kind: 'model' } });
  expect((await stop()).status).toBe(409);
});

test.each([
  ['the model', true, { experiment: null, answer: { kind: 'model' } }, 'model'],
  ['the fallback', true, { experiment: null, answer: { kind: 'default', value: false } }, 'fallback'],
  ['nobody', true, { experiment: { split: 0.5 }, answer: { kind: 'model' } }, 'inconclusive'],
  ['the model', false, { experiment: { split: 0.5 }, answer: { kind: 'model' } }, 'model'],
] as const)(
  'when %s wins and auto-promote is %s, traffic follows',
  async (_, autoPromote, expected, verdict) => {
    const fallback = { kind: 'default', value: false };
    const { experiment } = (await deploy(withExperiment({ fallback, rules: { autoPromote } }))).body;
    await conclude(experiment, verdict);
    expect(await served()).toMatchObject(expected);
  },
);

test('results show the looks as they were stored, and why the experiment waits', async () => {
  const { experiment } = (await deploy(withExperiment())).body;
  const results = async () =>
    (await backend.client.call('getExperimentResults', { token: made.token, params: { id: experiment } }))
      .body;
  expect(await results()).toMatchObject({ verdict: 'running', latest: null, looks: [] });
  await addLook(backend, made.workspace, experiment);
  expect(await results()).toMatchObject({
    latest: sampleLook,
    waitingFor: [expect.stringContaining('40 of 100')],
  });
  await conclude(experiment, 'fallback');
  expect(await results()).toMatchObject({ verdict: 'fallback', waitingFor: [] });
});

test('a model out of service is served no more', async () => {
  await deploy(withExperiment());
  const end = () => backend.client.call('endDeployment', { token: made.token, params: { id: made.model } });
  expect((await end()).status).toBe(204);
  expect(await served()).toBeUndefined();
  expect((await end()).status).toBe(404);
});

test('a version that was never trained cannot be deployed', async () => {
  expect((await deploy({ version: 2 })).status).toBe(404);
});

const metric = () => deploymentWithExperiment(made.dataset).experiment.metrics[0];
test.each([
  [
    'a fallback the model never answers',
    () => ({ fallback: { kind: 'default', value: 'late' } }),
    'experiment.fallback.value',
  ],
  [
    'a dataset of nobody',
    () => ({ metrics: [{ ...metric(), dataset: newId() }] }),
    'experiment.metrics.0.dataset',
  ],
  [
    'an unknown column',
    () => ({ metrics: [{ ...metric(), unitColumn: 'flight' }] }),
    'experiment.metrics.0.unitColumn',
  ],
  [
    'a sum of nothing',
    () => ({ metrics: [{ ...metric(), kind: 'sum', valueColumn: undefined }] }),
    'experiment.metrics.0.valueColumn',
  ],
  [
    'a ratio over nothing',
    () => ({ metrics: [{ ...metric(), kind: 'ratio' }] }),
    'experiment.metrics.0.denominatorColumn',
  ],
  ['no primary metric', () => ({ metrics: [{ ...metric(), role: 'guardrail' }] }), 'experiment.metrics'],
  ['one name twice', () => ({ metrics: [metric(), metric()] }), 'experiment.metrics.1.name'],
  ['a split of everything', () => ({ split: 1 }), 'experiment.split'],
])('an experiment with %s is refused by naming the field, and nothing changes', async (_, changes, field) => {
  const answer = await deploy(withExperiment(changes()));
  expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  expect(await served()).toBeUndefined();
});
