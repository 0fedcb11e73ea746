import { createHash } from 'node:crypto';
import type { ApiKeyScope, ServingApiKey, ServingManifest } from '@foretell/core/contracts/serving-manifest';

export const ids = {
  workspace: '0195c1de-0000-7000-8000-000000000001',
  otherWorkspace: '0195c1de-0000-7000-8000-000000000002',
  model: '0195c1de-0000-7000-8000-00000000000a',
  otherModel: '0195c1de-0000-7000-8000-00000000000b',
  dataset: '0195c1de-0000-7000-8000-00000000da7a',
  openDataset: '0195c1de-0000-7000-8000-00000000da7b',
  otherDataset: '0195c1de-0000-7000-8000-00000000da7c',
  experiment: '0195c1de-0000-7000-8000-0000000000e1',
};

const secretOf = (selector: string) => `secret_of_${selector}`;
/** The text of the key with this selector. */
export const keyText = (selector: string) => `fk_${selector}_${secretOf(selector)}`;

export function sampleKey(selector: string, changes: Partial<ServingApiKey> = {}): ServingApiKey {
  return {
    selector,
    verifier: createHash('sha256').update(secretOf(selector)).digest('hex'),
    workspace: ids.workspace,
    scopes: ['predict', 'ingest', 'read'] satisfies ApiKeyScope[],
    expiresAt: null,
    ratePerSecond: 100_000,
    burst: 100_000,
    ...changes,
  };
}

export const sampleDatasets: ServingManifest['datasets'] = [
  {
    id: ids.dataset,
    workspace: ids.workspace,
    columns: [
      { name: 'flight', type: 'string' },
      { name: 'minutes', type: 'integer' },
      { name: 'share', type: 'double' },
      { name: 'warned', type: 'boolean' },
      { name: 'at', type: 'timestamp' },
      { name: 'day', type: 'date' },
    ],
    timeColumn: 'at',
  },
  { id: ids.openDataset, workspace: ids.workspace, columns: null, timeColumn: null },
  { id: ids.otherDataset, workspace: ids.otherWorkspace, columns: null, timeColumn: null },
];

export function sampleManifest(changes: Partial<ServingManifest> = {}): ServingManifest {
  return {
    version: 1,
    generation: 1,
    publishedAt: '2026-01-01T00:00:00.000Z',
    models: [],
    datasets: sampleDatasets,
    apiKeys: [sampleKey('all'), sampleKey('other', { workspace: ids.otherWorkspace })],
    ...changes,
  };
}
