import type {
  ServingDataset,
  ServingManifest,
  ServingModel,
} from '@foretell/core/contracts/serving-manifest';
import { DomainError } from '@foretell/core/domain/errors';
import type { ApiKeys } from '../access/api-keys.ts';
import type { LoadedModel } from './load-model.ts';

/** A model as it is served: what the manifest says of it, and what was loaded for it. */
export interface DeployedModel extends LoadedModel {
  serving: ServingModel;
}

/** Why a model of the manifest is not served as the manifest says, or not at all. */
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
  /** By id, or by name. Throws `not_found`, for another workspace's model too; `unavailable` while it is not loaded. */
  model(workspace: string, idOrName: string): DeployedModel;
  /** Throws `not_found`, for another workspace's dataset too. */
  dataset(workspace: string, id: string): ServingDataset;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const unavailable = (message: string, retryAfterSeconds: number) =>
  new DomainError('unavailable', message, { retryAfterSeconds });

export function createServingState(
  manifest: ServingManifest,
  apiKeys: ApiKeys,
  models: readonly DeployedModel[],
  refused: readonly Refusal[],
): ServingState {
  const byName = new Map(models.map((model) => [`${model.serving.workspace} ${model.card.name}`, model]));
  const served = new Set(models.map(({ serving }) => serving.id));
  const byId = new Map(models.map((model) => [`${model.serving.workspace} ${model.serving.id}`, model]));
  const datasets = new Map(
    manifest.datasets.map((dataset) => [`${dataset.workspace} ${dataset.id}`, dataset]),
  );
  const reasons = new Map(refused.map(({ model, reason }) => [model, reason]));

  /** Why a model of the workspace that has this id, or may have this name, is not served yet. */
  function notLoaded(workspace: string, idOrName: string): DomainError | null {
    const waiting = manifest.models.filter((each) => each.workspace === workspace && !served.has(each.id));
    const model = waiting.find(({ id }) => id === idOrName);
    const reason = model && reasons.get(model.id);
    if (reason !== undefined) return unavailable(`The model could not be loaded: ${reason}`, 30);
    if (model) return unavailable('The model is being loaded.', 2);
    // Names are known of loaded models only.
    if (waiting.length === 0 || uuid.test(idOrName)) return null;
    return unavailable('No loaded model has this name; a model of the workspace is not loaded yet.', 10);
  }

  return {
    generation: manifest.generation,
    publishedAt: manifest.publishedAt,
    apiKeys,
    models,
    refused,
    model(workspace, idOrName) {
      const name = `${workspace} ${idOrName}`;
      const model = byId.get(name) ?? byName.get(name);
      if (model) return model;
      throw (
        notLoaded(workspace, idOrName) ??
        new DomainError('not_found', `There is no deployed model ${idOrName} in this workspace.`)
      );
    },
    dataset(workspace, id) {
      const dataset = datasets.get(`${workspace} ${id}`);
      if (!dataset) throw new DomainError('not_found', `There is no dataset ${id} in this workspace.`);
      return dataset;
    },
  };
}
