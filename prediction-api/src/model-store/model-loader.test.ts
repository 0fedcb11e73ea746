import { createLogger } from '@foretell/core/node/logger';
import type { ServingModel } from '@foretell/core/contracts/serving-manifest';
import { createMemoryLake } from '../testing/memory-lake.ts';
import { ids } from '../testing/sample-manifest.ts';
import { publishSampleModel } from '../testing/sample-model.ts';
import { createModelLoader } from './model-loader.ts';

const experiment = { id: ids.experiment, seed: 's', split: 0.5, fallback: { kind: 'random' as const } };

/** A loader that was asked for version 1 and has it, and what is served after each change. */
async function loaderWithOne() {
  const lake = createMemoryLake();
  const served: (ServingModel | undefined)[] = [];
  const logger = createLogger('test', 'info', { write: () => undefined });
  const loader = createModelLoader(lake, logger, {
    featureMemoryBytes: 1e9,
    now: () => 0,
    onChange: () => void served.push(loader.served()[0]?.serving),
  });
  const model = (version: number) =>
    publishSampleModel(lake, { workspace: ids.workspace, id: ids.model, version });
  const [one, two] = [await model(1), await model(2)];
  loader.want([one]);
  await loader.load();
  served.length = 0;
  /** Asks for version 2 as given, and goes on when its model text is asked for. */
  async function whileTwoLoads(wanted: ServingModel, meanwhile: () => void): Promise<void> {
    const gate = Promise.withResolvers<undefined>();
    lake.slow.set(two.keys.model, gate.promise);
    loader.want([wanted]);
    const loading = loader.load();
    await new Promise((resolve) => setTimeout(resolve, 5));
    meanwhile();
    gate.resolve(undefined);
    await loading;
  }
  return { loader, one, two, served, whileTwoLoads };
}

test('an experiment that ends while its version loads is ended once that is loaded', async () => {
  const { loader, two, served, whileTwoLoads } = await loaderWithOne();
  await whileTwoLoads({ ...two, experiment }, () => loader.want([two]));
  expect(served).toEqual([two]);
  expect(loader.served()[0]?.serving).toEqual(two);
});

test('a version that is not wanted any more once it is loaded never serves', async () => {
  const { loader, one, two, served, whileTwoLoads } = await loaderWithOne();
  await whileTwoLoads(two, () => loader.want([one]));
  expect(served).toEqual([]);
  expect(loader.served()[0]?.serving).toEqual(one);
});

test('a model that is left while it loads is not served again', async () => {
  const { loader, two, served, whileTwoLoads } = await loaderWithOne();
  await whileTwoLoads(two, () => loader.want([]));
  expect([served, loader.served()]).toEqual([[], []]);
});
