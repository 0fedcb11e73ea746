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
