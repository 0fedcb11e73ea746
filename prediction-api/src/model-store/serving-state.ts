import type {
  ServingDataset,
  ServingManifest,
  ServingModel,
} from '@foretell/core/contracts/serving-manifest';
import { DomainError } from '@foretell/core/domain/errors';
import { createApiKeys, type ApiKeys } from '../access/api-keys.ts';
import type { LoadedModel } from './load-model.ts';

/** A model as it is served: what the manifest says of it, and what was loaded for it. */
export interface DeployedModel extends LoadedModel {
  serving: ServingModel;
}

/** Why a model of the manifest is not served as the manifest says. */
export interface Refusal {
  model: string;
  version: number;
  reason: string;
}

/** One manifest, ready to serve. Never changed: the next one takes its place whole. */
export interface ServingState {
  generation: number;
  publishedAt: string;
  apiKeys: ApiKeys;
  models: readonly DeployedModel[];
  refused: readonly Refusal[];
  /** By id, or by name. Throws `not_found`, for another workspace's model too. */
  model(workspace: string, idOrName: string): DeployedModel;
  /** Throws `not_found`, for another workspace's dataset too. */
  dataset(workspace: string, id: string): ServingDataset;
}

export function createServingState(
  manifest: ServingManifest,
  models: readonly DeployedModel[],
  refused: readonly Refusal[],
): ServingState {
  const byName = new Map(models.map((model) => [`${model.serving.workspace} ${model.card.name}`, model]));
  const byId = new Map(models.map((model) => [`${model.serving.workspace} ${model.serving.id}`, model]));
  const datasets = new Map(
    manifest.datasets.map((dataset) => [`${dataset.workspace} ${dataset.id}`, dataset]),
  );
  const notReady = new Set(refused.map(({ model }) => model));
  return {
    generation: manifest.generation,
    publishedAt: manifest.publishedAt,
    apiKeys: createApiKeys(manifest.apiKeys),
    models,
    refused,
    model(workspace, idOrName) {
      const name = `${workspace} ${idOrName}`;
      const model = byId.get(name) ?? byName.get(name);
      if (model) return model;
      const owned = manifest.models.some(({ id, workspace: of }) => id === idOrName && of === workspace);
      if (owned && notReady.has(idOrName))
        throw new DomainError('unavailable', 'The model could not be loaded.', { retryAfterSeconds: 30 });
      throw new DomainError('not_found', `There is no deployed model ${idOrName} in this workspace.`);
    },
    dataset(workspace, id) {
      const dataset = datasets.get(`${workspace} ${id}`);
      if (!dataset) throw new DomainError('not_found', `There is no dataset ${id} in this workspace.`);
      return dataset;
    },
  };
}
