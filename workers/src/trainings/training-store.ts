import type { Database, Transaction } from '@foretell/backend/db/database';
import {
  models,
  modelVersions,
  onlineFeatures,
  trainings,
  type ModelRow,
  type TrainingRow,
} from '@foretell/backend/db/models';
import { enqueueManifest } from '@foretell/backend/db/outbox';
import { insertRows, lockRow, updateRows } from '@foretell/backend/db/rows';
import type { ModelCard, ModelMetrics, OnlineFeaturesManifest } from '@foretell/core/contracts/model-version';
import { DomainError } from '@foretell/core/domain/errors';
import { newId } from '@foretell/core/node/new-id';
import { newestFeatureSet } from '../runs/newest-feature-set.ts';

/** The rows of models, their trainings and versions, as the training jobs need them. */
export interface TrainingStore {
  training(
    workspace: string,
    model: string,
    training: string,
  ): Promise<{ model: ModelRow; training: TrainingRow }>;
  model(workspace: string, model: string): Promise<ModelRow>;
  /** The newest feature set of a dataset. */
  latestFeatureSet(workspace: string, dataset: string): Promise<number>;
  /** The lowest number no published online features of the model have. */
  nextOnlineFeatures(model: string): Promise<number>;
  addVersion(tx: Transaction, training: TrainingRow, card: ModelCard, metrics: ModelMetrics): Promise<void>;
  addOnlineFeatures(tx: Transaction, published: PublishedFeatures): Promise<void>;
}

export interface PublishedFeatures {
  workspace: string;
  job: string;
  modelVersion: number;
  manifest: OnlineFeaturesManifest;
}

export function createTrainingStore({ read }: Database): TrainingStore {
  const missing = (what: string, id: string) => new DomainError('invalid', `There is no ${what} ${id}.`);

  async function model(workspace: string, id: string): Promise<ModelRow> {
    const row = await read.findOneBy(models, { id, workspace });
    if (!row) throw missing('model', id);
    return row;
  }

  return {
    model,
    async training(workspace, modelId, id) {
      const training = await read.findOneBy(trainings, { id, workspace, model: modelId });
      if (!training) throw missing('training', id);
      return { training, model: await model(workspace, modelId) };
    },
    latestFeatureSet: (workspace, id) => newestFeatureSet(read, workspace, id),
    async nextOnlineFeatures(modelId) {
      const newest = await read.findOne(onlineFeatures, { where: { model: modelId }, order: { n: 'DESC' } });
      return (newest?.n ?? 0) + 1;
    },
    async addVersion(tx, { id: training, model: modelId, workspace, n }, card, metrics) {
      const createdAt = new Date().toISOString();
      await insertRows(tx, modelVersions, {
        id: newId(),
        workspace,
        model: modelId,
        n,
        training,
        attempt: card.attempt ?? null,
        metrics,
        card,
        createdAt,
      });
      await updateRows(tx, trainings, { id: training }, { modelVersion: n });
      const row = await lockRow(tx, models, { id: modelId });
      const latestVersion = Math.max(n, row?.latestVersion ?? 0);
      await updateRows(tx, models, { id: modelId }, { latestVersion, updatedAt: createdAt });
    },
    async addOnlineFeatures(tx, { workspace, job, modelVersion, manifest }) {
      const { n, asOf, entities, bytes, createdAt } = manifest;
      await insertRows(tx, onlineFeatures, {
        id: newId(),
        workspace,
        model: manifest.model,
        modelVersion,
        n,
        job,
        asOf,
        entities,
        bytes,
        createdAt,
      });
      await enqueueManifest(tx);
    },
  };
}
