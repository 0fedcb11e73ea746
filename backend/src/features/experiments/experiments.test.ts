import { updateRows } from '../../db/rows.ts';
import { experiments } from '../../db/serving.ts';
import { deploymentWithExperiment } from '../../testing/sample-workspace.ts';
import { addTrainedModel, startOfflineBackend } from '../../testing/start-offline-backend.ts';
import type { TestBackend } from '../../testing/start-test-backend.ts';
import { addLook } from '../../testing/worker-rows.ts';

let backend: TestBackend;
let made: Awaited<ReturnType<typeof addTrainedModel>>;
let id: string;
beforeAll(async () => {
  backend = await startOfflineBackend();
});
beforeEach(async () => {
  made = await addTrainedModel(backend);
  const body = deploymentWithExperiment(made.dataset);
  const deployed = await backend.client.call('deploy', {
    token: made.token,
    params: { id: made.model },
    body,
  });
  id = deployed.body.experiment;
});
afterAll(() => backend.stop());

const call = (operation: string, body?: object) =>
  backend.client.call(operation, { token: made.token, params: { id }, ...(body ? { body } : {}) });

test.each([
  ['split', { split: 0.9 }, /split is fixed from the start: units that came before and after/],
  ['fallback', { fallback: { kind: 'default', value: 0 } }, /fallback is fixed from the start/],
  ['salt', { salt: 'another' }, /salt is fixed from the start: units would change groups/],
  ['metrics', { metrics: [] }, /metrics is fixed from the start: choosing what decides/],
  ['a rule', { rules: { minDays: 0 } }, /rules\.minDays is fixed from the start/],
])('the %s of a running experiment cannot be changed, and why is said', async (_, change, reason) => {
  const before = (await call('getExperiment')).body;
  const refused = await call('changeExperiment', change);
  expect(refused.status).toBe(409);
  expect(refused.body.detail).toMatch(reason);
  expect((await call('getExperiment')).body).toEqual(before);
});

test('whether the winner is promoted may be chosen until there is one', async () => {
  const chosen = await call('changeExperiment', { rules: { autoPromote: true } });
  expect(chosen.body.rules).toMatchObject({ autoPromote: true, alpha: 0.05, minDays: 7 });
  await call('stopExperiment');
  const late = await call('changeExperiment', { rules: { autoPromote: false } });
  expect([late.status, late.body.detail]).toEqual([
    409,
    'This experiment is stopped: nothing of it changes any more.',
  ]);
});

test('a verdict is refused without data, and before the rules give it; then it is answered', async () => {
  const none = await call('concludeExperiment');
  expect([none.status, none.body.detail]).toEqual([
    409,
    'There is no verdict without data: no unit has been counted yet.',
  ]);
  await addLook(backend, made.workspace, id);
  const early = await call('concludeExperiment');
  expect([early.status, early.body.detail]).toEqual([
    409,
    'There is no verdict yet: 40 of 100 conversions in group model.',
  ]);
  const at = new Date().toISOString();
  const conclusion = { verdict: 'model' as const, rule: 'r', report: 'r', look: 1, concludedAt: at };
  await backend.database.write((tx) =>
    updateRows(tx, experiments, { id }, { status: 'concluded', runningModel: null, conclusion, endedAt: at }),
  );
  expect((await call('concludeExperiment')).body.conclusion).toEqual(conclusion);
});

test.each([
  [{ unitColumn: 'customer' }, 'unitColumn', /flights has no column customer/],
  [{ kind: 'sum' }, 'valueColumn', /a sum needs it/],
  [{ kind: 'count', winsorizeAt: 0.9 }, 'winsorizeAt', /only a sum is capped/],
  [
    { kind: 'ratio', valueColumn: 'delay', denominatorColumn: 'distance', cuped: true },
    'cuped',
    /a ratio cannot be sharpened/,
  ],
])('a metric that cannot be computed is refused by its field: %j', async (change, field, detail) => {
  const metric = { name: 'm', kind: 'conversion', dataset: made.dataset, unitColumn: 'origin', ...change };
  const refused = await call('previewMetric', metric);
  expect(refused.status).toBe(422);
  expect(refused.body.errors).toEqual([expect.objectContaining({ field })]);
  expect(refused.body.detail).toMatch(detail);
});
