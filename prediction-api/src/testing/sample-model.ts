import type { ModelCard, OnlineFeaturesManifest } from '@foretell/core/contracts/model-version';
import type { ServingModel } from '@foretell/core/contracts/serving-manifest';
import { readFixture } from '@foretell/core/domain/lightgbm/fixtures/read-fixture';
import { modelVersionKeys, onlineFeaturesKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { encodeOnlineFeatures } from '@foretell/core/node/online-feature-file';

/** A model LightGBM really trained, dressed as one of flights: every kind of input is among its six. */
const trained = readFixture('binary-missing');

export const sampleAsOf = '2001-03-01T00:00:00.000Z';
const destinations = Array.from({ length: 40 }, (_, code) => `D${code}`);

/** What the online features know: the mean delay, and when the last event was. */
export const sampleEntities = [
  { entity: 'ATL', values: [0.25, 0.5] },
  { entity: 'JFK', values: [-1.5, 8] },
  { entity: 'zoë ✈', values: [2, NaN] },
];

export function sampleCard(model: string, version: number): ModelCard {
  const history = { kind: 'history', windowDays: 7, knownAfterDays: 0, type: 'number' } as const;
  return {
    version: 1,
    model,
    modelVersion: version,
    name: 'late flights',
    task: 'binary',
    recipe: {
      version: 1,
      dataset: '0195c1de-0000-7000-8000-00000000da7a',
      featureSet: 1,
      entity: 'origin',
      time: 'date',
      label: { kind: 'comparison', column: 'delay', op: '>', value: 15 },
      task: 'binary',
      classes: [false, true],
      features: [
        { kind: 'column', name: 'distance', column: 'distance', type: 'number' },
        { ...history, name: 'delay_mean_7d', aggregate: 'mean', column: 'delay' },
        { kind: 'calendar', name: 'hour', part: 'hour' },
        { kind: 'column', name: 'destination', column: 'destination', type: 'category' },
        { kind: 'column', name: 'carrier', column: 'carrier_code', type: 'category' },
        { ...history, name: 'days_since_last', aggregate: 'time_since_last', column: null, windowDays: null },
      ],
      split: { validation: 0.15, test: 0.15, embargoDays: 0 },
      sampling: { maxRows: 1000, seed: 1 },
      roles: [],
      warnings: [],
    },
    inputs: [
      { name: 'distance', type: 'number' },
      { name: 'delay_mean_7d', type: 'number' },
      { name: 'hour', type: 'number' },
      { name: 'destination', type: 'category', categories: destinations },
      { name: 'carrier', type: 'category', categories: ['AA', 'DL', 'UA'] },
      { name: 'days_since_last', type: 'number' },
    ],
    classes: [false, true],
    threshold: 0.4,
    randomValues: [false, true],
    trainer: { library: 'lightgbm', version: '4.7.0', parameters: {}, engine: 'test' },
    createdAt: '2001-03-01T00:00:00.000Z',
  };
}

export interface SampleChanges {
  /** Replaces the model's text: to break it. */
  modelText?: string;
  entities?: typeof sampleEntities;
}

/** Puts a model version into the lake and answers what the manifest says of it. */
export async function publishSampleModel(
  lake: Lake,
  { workspace, id, version }: { workspace: string; id: string; version: number },
  changes: SampleChanges = {},
): Promise<ServingModel> {
  const { model, card, checkRows } = modelVersionKeys(workspace, id, version);
  const online = onlineFeaturesKeys(workspace, id, version);
  const file = await encodeOnlineFeatures(2, changes.entities ?? sampleEntities);
  const manifest: OnlineFeaturesManifest = {
    version: 1,
    model: id,
    n: version,
    entities: file.entities,
    asOf: sampleAsOf,
    columns: [
      { name: 'delay_mean_7d', type: 'number' },
      { name: 'days_since_last', type: 'number' },
    ],
    bytes: file.body.length,
    sha256: file.sha256,
    createdAt: sampleAsOf,
  };
  const check = { inputs: trained.inputs, rows: trained.rows, raw: trained.raw };
  await Promise.all([
    lake.putNew(model, changes.modelText ?? trained.model),
    lake.putNew(card, JSON.stringify(sampleCard(id, version))),
    lake.putNew(checkRows, JSON.stringify(check)),
    lake.putNew(online.values, file.body),
    lake.putNew(online.manifest, JSON.stringify(manifest)),
  ]);
  return {
    id,
    workspace,
    version,
    keys: { model, card, checkRows },
    onlineFeatures: { manifest: online.manifest, values: online.values },
    experiment: null,
    answer: { kind: 'model' },
  };
}
