import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { modelVersionKeys, onlineFeaturesKeys, servingManifestKey } from '@foretell/core/domain/lake-keys';
import type { ModelCard, OnlineFeaturesManifest } from '@foretell/core/contracts/model-version';
import type { ServingApiKey, ServingManifest } from '@foretell/core/contracts/serving-manifest';
import { encodeOnlineFeatures } from '@foretell/core/node/online-feature-file';

const id = (n: number) => `0195c1de-0000-7000-8000-${String(n).padStart(12, '0')}`;
export const workspace = id(1);
const model = id(2);
const at = '2026-01-01T00:00:00.000Z';
export const apiKey = 'fk_bench_secret';
export const benchModel = model;
export const entities = Array.from({ length: 1000 }, (_, i) => `entity-${i}`);
const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const online = ['e', 'f', 'g'];

/** What the prediction API reads from S3, as files named by their keys: the trained model with three online features. */
export async function writeLake(folder: string): Promise<void> {
  const put = (key: string, body: string | Buffer) =>
    writeFileSync(`${folder}/${key.replaceAll('/', '_')}`, body);
  const keys = modelVersionKeys(workspace, model, 1);
  const features = onlineFeaturesKeys(workspace, model, 1);
  put(keys.model, readFileSync(`${folder}/model.txt`));
  put(keys.checkRows, readFileSync(`${folder}/check-rows.json`));
  put(keys.card, JSON.stringify(card()));
  const rows = entities.map((entity, i) => ({ entity, values: online.map((_, j) => Math.sin(i + j)) }));
  const file = await encodeOnlineFeatures(online.length, rows);
  put(features.values, file.body);
  const columns = online.map((name) => ({ name, type: 'number' as const }));
  const { sha256, entities: count } = file;
  const about = {
    version: 1,
    model,
    n: 1,
    entities: count,
    asOf: at,
    columns,
    bytes: file.body.length,
  } as const;
  put(
    features.manifest,
    JSON.stringify({ ...about, sha256, createdAt: at } satisfies OnlineFeaturesManifest),
  );
  put(servingManifestKey, JSON.stringify(manifest(keys, features)));
}

/** What a manifest says of `apiKey`. */
export const keyWith = (scope: ServingApiKey['scopes'][number]): ServingApiKey => ({
  selector: 'bench',
  verifier: createHash('sha256').update('secret').digest('hex'),
  workspace,
  scopes: [scope],
  expiresAt: null,
  ratePerSecond: 1e6,
  burst: 1e6,
});

function manifest(
  keys: ReturnType<typeof modelVersionKeys>,
  features: ReturnType<typeof onlineFeaturesKeys>,
): ServingManifest {
  return {
    version: 1,
    generation: 1,
    publishedAt: at,
    models: [
      {
        id: model,
        workspace,
        version: 1,
        keys: { model: keys.model, card: keys.card, checkRows: keys.checkRows },
        onlineFeatures: { manifest: features.manifest, values: features.values },
        // Every unit is bucketed, and every one to the model: the whole path is measured.
        experiment: { id: id(3), seed: 'bench', split: 1, fallback: { kind: 'random' } },
        answer: { kind: 'model' },
      },
    ],
    datasets: [],
    apiKeys: [keyWith('predict')],
  };
}

function card(): ModelCard {
  const categories = Array.from({ length: 200 }, (_, code) => `category ${code}`);
  const history = {
    kind: 'history',
    aggregate: 'mean',
    windowDays: 7,
    knownAfterDays: 0,
    type: 'number',
  } as const;
  return {
    version: 1,
    model,
    modelVersion: 1,
    name: 'bench',
    task: 'binary',
    recipe: {
      version: 1,
      dataset: id(4),
      featureSet: 1,
      entity: 'entity',
      time: 'time',
      label: { kind: 'column', column: 'label' },
      task: 'binary',
      features: names.map((name) =>
        online.includes(name)
          ? { ...history, name, column: name }
          : { kind: 'column', name, column: name, type: name === 'h' ? 'category' : 'number' },
      ),
      split: { validation: 0.1, test: 0.1, embargoDays: 0 },
      sampling: { maxRows: 1000, seed: 1 },
      roles: [],
      warnings: [],
    },
    inputs: names.map((name) =>
      name === 'h' ? { name, type: 'category', categories } : { name, type: 'number' },
    ),
    classes: [false, true],
    threshold: 0.5,
    randomValues: [false, true],
    trainer: { library: 'lightgbm', version: '4.7.0', parameters: {}, engine: 'bench' },
    createdAt: at,
  };
}
