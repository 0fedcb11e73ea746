import type {
  ServingManifest,
  ServingModel,
  servingApiKey,
  servingDataset,
} from '@foretell/core/contracts/serving-manifest';
import { modelVersionKeys, onlineFeaturesKeys } from '@foretell/core/domain/lake-keys';
import { In, IsNull, Not, type EntityManager } from 'typeorm';
import type { z } from 'zod';
import { datasets } from '../db/data.ts';
import { modelVersions, onlineFeatures, type OnlineFeaturesRow } from '../db/models.ts';
import { apiKeys, deployments, experiments, type DeploymentRow, type ExperimentRow } from '../db/serving.ts';

/** What the data plane serves by, without what makes one publication differ from the next. */
export type ServingContent = Pick<ServingManifest, 'models' | 'datasets' | 'apiKeys'>;

type Traffic = Pick<ServingModel, 'experiment' | 'answer'>;
const toTheModel: Traffic = { experiment: null, answer: { kind: 'model' } };

/**
 * Who answers. A concluded experiment goes on splitting the traffic until somebody deploys anew, unless it was to promote
 * its winner by itself; a stopped one leaves all of it to the model.
 */
export function trafficOf(experiment: ExperimentRow | undefined): Traffic {
  if (!experiment || experiment.status === 'stopped') return toTheModel;
  const { id, seed, split, fallback, conclusion, rules } = experiment;
  const winner = rules.autoPromote ? conclusion?.verdict : undefined;
  if (winner === 'model') return toTheModel;
  if (winner === 'fallback') return { experiment: null, answer: fallback };
  return { experiment: { id, seed, split, fallback }, answer: { kind: 'model' } };
}

function servingModel(
  { workspace, model, version }: DeploymentRow,
  experiment: ExperimentRow | undefined,
  features: OnlineFeaturesRow | undefined,
  attempt: string | null,
): ServingModel {
  const { model: text, card, checkRows } = modelVersionKeys(workspace, model, version, attempt);
  const online = features && onlineFeaturesKeys(workspace, model, features.n);
  return {
    id: model,
    workspace,
    version,
    keys: { model: text, card, checkRows },
    onlineFeatures: online ? { manifest: online.manifest, values: online.values } : null,
    ...trafficOf(experiment),
  };
}

async function servingModels(read: EntityManager): Promise<ServingModel[]> {
  const active = await read.find(deployments, {
    where: { activeModel: Not(IsNull()) },
    // The newest first: they are the first to get the data plane's memory.
    order: { createdAt: 'DESC', model: 'ASC' },
  });
  const ids = active.flatMap(({ experiment }) => (experiment === null ? [] : [experiment]));
  const running = new Map((await read.findBy(experiments, { id: In(ids) })).map((row) => [row.id, row]));
  const published = await read.find(onlineFeatures, {
    where: { model: In(active.map(({ model }) => model)) },
    order: { n: 'ASC' },
  });
  const attempts = await attemptsOf(read, active);
  const newest = new Map(published.map((row) => [`${row.model} ${row.modelVersion}`, row]));
  return active.map((row) =>
    servingModel(
      row,
      running.get(row.experiment ?? ''),
      newest.get(`${row.model} ${row.version}`),
      attempts.get(`${row.model} ${row.version}`) ?? null,
    ),
  );
}

/** Whose objects the deployed versions are, by model and version. */
async function attemptsOf(read: EntityManager, active: readonly DeploymentRow[]) {
  const rows = await read.find(modelVersions, {
    select: { id: true, model: true, n: true, attempt: true },
    where: active.map(({ model, version: n }) => ({ model, n })),
  });
  return new Map(rows.map(({ model, n, attempt }) => [`${model} ${n}`, attempt]));
}

async function servingDatasets(read: EntityManager): Promise<z.output<typeof servingDataset>[]> {
  const rows = await read.find(datasets, { where: { status: 'ready' }, order: { id: 'ASC' } });
  return rows.map(({ id, workspace, schema, timeColumn }) => ({
    id,
    workspace,
    columns: schema?.columns ?? null,
    timeColumn,
  }));
}

async function servingApiKeys(read: EntityManager, now: string): Promise<z.output<typeof servingApiKey>[]> {
  const rows = await read.find(apiKeys, { where: { revokedAt: IsNull() }, order: { id: 'ASC' } });
  return rows
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
    .map(({ selector, verifier, workspace, scopes, expiresAt, ratePerSecond, burst }) => ({
      selector,
      verifier,
      workspace,
      scopes,
      expiresAt,
      ratePerSecond,
      burst,
    }));
}

/** All that the data plane serves by, read anew from the tables. */
export async function buildServingContent(read: EntityManager, now: Date): Promise<ServingContent> {
  const [models, served, keys] = await Promise.all([
    servingModels(read),
    servingDatasets(read),
    servingApiKeys(read, now.toISOString()),
  ]);
  return { models, datasets: served, apiKeys: keys };
}
