import { createLogger } from '@foretell/core/node/logger';
import { servingManifestKey } from '@foretell/core/domain/lake-keys';
import type { ServingManifest, ServingModel } from '@foretell/core/contracts/serving-manifest';
import { readFixture } from '@foretell/core/domain/lightgbm/fixtures/read-fixture';
import { createMemoryLake, type MemoryLake } from '../testing/memory-lake.ts';
import { ids, keyText, sampleKey, sampleManifest } from '../testing/sample-manifest.ts';
import { publishSampleModel } from '../testing/sample-model.ts';
import { createManifestStore, type ManifestStore } from './manifest-store.ts';

let lake: MemoryLake;
let store: ManifestStore;
let nowMs: number;
let lines: string[];
let generation = 0;

beforeEach(() => {
  lake = createMemoryLake();
  nowMs = Date.parse('2026-01-01T00:00:00Z');
  lines = [];
  const logger = createLogger('test', 'info', { write: (line) => void lines.push(line) });
  store = createManifestStore(lake, logger, { pollMs: 10, featureMemoryBytes: 1e9, now: () => nowMs });
});

const publish = (changes: Partial<ServingManifest>) =>
  lake.put(servingManifestKey, JSON.stringify(sampleManifest({ generation: ++generation, ...changes })));

const model = (version: number, changes = {}): Promise<ServingModel> =>
  publishSampleModel(lake, { workspace: ids.workspace, id: ids.model, version }, changes);

const serving = () => store.current()!.model(ids.workspace, ids.model).serving.version;
const errors = () => lines.filter((line) => line.includes('"level":"error"'));

test('nothing published is a state of its own: no models, no keys, ready', async () => {
  expect(store.current()).toBeNull();
  await store.refresh();
  expect(store.current()).toMatchObject({ generation: 0, models: [] });
});

test('a new version takes the place of the old one, which serves until then', async () => {
  publish({ models: [await model(1)] });
  await store.refresh();
  const before = store.current()!;
  publish({ models: [await model(2)] });
  const refreshing = store.refresh();
  expect(store.current()).toBe(before);
  await refreshing;
  expect(serving()).toBe(2);
  expect(before.model(ids.workspace, ids.model).serving.version).toBe(1);
});

test('a change of keys or experiments loads no model again', async () => {
  const one = await model(1);
  publish({ models: [one] });
  await store.refresh();
  const { evaluator } = store.current()!.model(ids.workspace, ids.model);
  const experiment = { id: ids.experiment, seed: 's', split: 0.5, fallback: { kind: 'random' as const } };
  publish({ models: [{ ...one, experiment }] });
  await store.refresh();
  const after = store.current()!.model(ids.workspace, ids.model);
  expect(after.evaluator).toBe(evaluator);
  expect(after.serving.experiment).toEqual(experiment);
});

const damaged = readFixture('binary-missing').model.replace(/leaf_value=\S+/, 'leaf_value=0.5');
test.each([
  ['scores otherwise than its trainer', { modelText: damaged }, 'check row'],
  ['is cut off', { modelText: damaged.slice(0, 900) }, 'cut off'],
])('a model that %s is refused, said, and the old one goes on', async (_title, changes, reason) => {
  publish({ models: [await model(1)] });
  await store.refresh();
  publish({ models: [await model(2, changes)], apiKeys: [] });
  await store.refresh();
  expect(serving()).toBe(1);
  expect(store.current()!.refused).toEqual([
    { model: ids.model, version: 2, reason: expect.stringContaining(reason) },
  ]);
  expect(errors()).toHaveLength(1);
  expect(() => store.current()!.apiKeys.check(keyText('all'), nowMs)).toThrow('not valid');
});

test('a model that was never loaded is unavailable, not unknown, and is tried again', async () => {
  const late = await model(1);
  await lake.delete(late.keys.card);
  publish({ models: [late] });
  await store.refresh();
  expect(() => serving()).toThrow('could not be loaded');
  const again = createMemoryLake();
  const whole = await publishSampleModel(again, { workspace: ids.workspace, id: ids.model, version: 1 });
  lake.put(late.keys.card, new TextDecoder().decode((await again.get(whole.keys.card)).body));
  await store.refresh();
  expect(() => serving()).toThrow('could not be loaded');
  nowMs += 60_000;
  await store.refresh();
  expect(serving()).toBe(1);
});

test('while S3 is down the last good manifest is served, and the trouble is said once', async () => {
  publish({ models: [await model(1)] });
  await store.refresh();
  const checkedAtMs = store.checkedAtMs();
  lake.down = true;
  nowMs += 120_000;
  for (let i = 0; i < 5; i++) await store.refresh();
  expect(serving()).toBe(1);
  expect(store.checkedAtMs()).toBe(checkedAtMs);
  expect(errors()).toHaveLength(1);
  lake.down = false;
  publish({ models: [await model(2)] });
  await store.refresh();
  expect(serving()).toBe(2);
});

test('a manifest that is not one changes nothing', async () => {
  publish({ models: [await model(1)] });
  await store.refresh();
  for (const text of ['{', '{}', '[]']) {
    lake.put(servingManifestKey, text);
    await store.refresh();
    expect(serving()).toBe(1);
  }
});

test('a revoked key is refused from the next manifest on, though it was just used', async () => {
  publish({ apiKeys: [sampleKey('all'), sampleKey('second')] });
  await store.refresh();
  store.current()!.apiKeys.check(keyText('all'), nowMs);
  publish({ apiKeys: [sampleKey('second')] });
  await store.refresh();
  expect(() => store.current()!.apiKeys.check(keyText('all'), nowMs)).toThrow('not valid');
  expect(store.current()!.apiKeys.check(keyText('second'), nowMs).key.selector).toBe('second');
});

test('polling finds a new manifest by itself, and stops', async () => {
  store.start();
  publish({ models: [await model(1)] });
  while (!store.current()?.models.length) await new Promise((resolve) => setTimeout(resolve, 5));
  await store.stop();
  publish({ models: [] });
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(store.current()!.models).toHaveLength(1);
});

const experiment = { id: ids.experiment, seed: 's', split: 0.5, fallback: { kind: 'random' as const } };

/** Publishes version 2 with `changes` around it while version 1 serves, and stops where its model text is read. */
async function whileLoading(one: ServingModel, changes: (two: ServingModel) => Partial<ServingManifest>) {
  publish({ models: [one] });
  await store.refresh();
  const two = await model(2);
  const gate = Promise.withResolvers<undefined>();
  lake.slow.set(two.keys.model, gate.promise);
  publish(changes(two));
  const refreshing = store.refresh();
  while (store.current()?.generation !== generation) await new Promise((resolve) => setTimeout(resolve, 1));
  return {
    finish: async () => {
      gate.resolve(undefined);
      await refreshing;
    },
  };
}

test('a revoked key is refused and an ended experiment left while the new version still loads', async () => {
  const { finish } = await whileLoading({ ...(await model(1)), experiment }, (two) => ({
    models: [{ ...two, experiment: { ...experiment, id: ids.dataset } }],
    apiKeys: [],
  }));
  expect(() => store.current()!.apiKeys.check(keyText('all'), nowMs)).toThrow('not valid');
  const { serving: meanwhile } = store.current()!.model(ids.workspace, ids.model);
  expect(meanwhile).toMatchObject({ version: 1, experiment: null });
  await finish();
  expect(store.current()!.model(ids.workspace, ids.model).serving).toMatchObject({
    version: 2,
    experiment: { id: ids.dataset },
  });
});

test('a version that was refused is not spoken of any more once the manifest goes back to the one that serves', async () => {
  const one = await model(1);
  publish({ models: [one] });
  await store.refresh();
  publish({ models: [await model(2, { modelText: damaged })] });
  await store.refresh();
  expect(store.current()!.refused).toHaveLength(1);
  publish({ models: [one] });
  await store.refresh();
  expect(store.current()!.refused).toEqual([]);
});

test('newer feature values of the same version load behind its traffic, and its trees are not loaded again', async () => {
  const one = await model(1);
  publish({ models: [one] });
  await store.refresh();
  const { evaluator } = store.current()!.model(ids.workspace, ids.model);
  const newer = (await model(2)).onlineFeatures!;
  const gate = Promise.withResolvers<undefined>();
  lake.slow.set(newer.values, gate.promise);
  publish({ models: [{ ...one, onlineFeatures: newer, experiment }] });
  const refreshing = store.refresh();
  while (store.current()?.generation !== generation) await new Promise((resolve) => setTimeout(resolve, 1));
  const meanwhile = store.current()!.model(ids.workspace, ids.model);
  expect(meanwhile.serving).toMatchObject({ experiment, onlineFeatures: one.onlineFeatures });
  gate.resolve(undefined);
  await refreshing;
  const after = store.current()!.model(ids.workspace, ids.model);
  expect(after.serving.onlineFeatures).toEqual(newer);
  expect(after.online!.manifest.n).toBe(2);
  expect(after.evaluator).toBe(evaluator);
});

test('a model that is being loaded for the first time is unavailable by id and by name; an unknown id is not', async () => {
  const other = await publishSampleModel(lake, { workspace: ids.workspace, id: ids.otherModel, version: 1 });
  const { finish } = await whileLoading(other, (two) => ({ models: [other, two] }));
  const of = (idOrName: string) => () => store.current()!.model(ids.workspace, idOrName);
  expect(of(ids.model)).toThrow('being loaded');
  expect(of('another name')).toThrow('not loaded yet');
  expect(of(ids.dataset)).toThrow('There is no deployed model');
  await finish();
  expect(of('another name')).toThrow('There is no deployed model');
});

describe('with memory for the online features of one model', () => {
  const models = async () => [
    await model(1),
    await publishSampleModel(lake, { workspace: ids.workspace, id: ids.otherModel, version: 1 }),
  ];
  const inMemory = () =>
    Object.fromEntries(store.current()!.models.map(({ serving: { id }, online }) => [id, online!.preloaded]));
  const warnings = () => lines.filter((line) => line.includes('beyond the memory'));

  test('the newest deployment has it, whatever was loaded before; the other is read from S3 and said', async () => {
    const [one, other] = await models();
    const bytes = await lake.size(one!.onlineFeatures!.values);
    const logger = createLogger('test', 'info', { write: (line) => void lines.push(line) });
    store = createManifestStore(lake, logger, {
      pollMs: 10,
      featureMemoryBytes: bytes! * 1.5,
      now: () => nowMs,
    });
    publish({ models: [one!] });
    await store.refresh();
    expect([inMemory(), warnings().length]).toEqual([{ [ids.model]: true }, 0]);
    publish({ models: [other!, one!] });
    await store.refresh();
    expect(inMemory()).toEqual({ [ids.otherModel]: true, [ids.model]: false });
    expect(JSON.parse(warnings()[0]!)).toMatchObject({ models: [{ model: ids.model, bytes }] });
    const read = await store.current()!.model(ids.workspace, ids.model).online!.find('ATL');
    expect([...read!]).toEqual([0.25, 0.5]);
    publish({ models: [one!] });
    await store.refresh();
    expect(inMemory()).toEqual({ [ids.model]: true });
    await store.refresh();
    expect(warnings()).toHaveLength(1);
  });
});
