import type { ExperimentLook } from '@foretell/core/contracts/experiments';
import {
  experimentKey,
  experimentShards,
  modelDayKey,
  modelDayShards,
  modelEntityKey,
  type PredictionRecord,
} from '@foretell/core/contracts/predictions-table';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import { newId } from '@foretell/core/node/new-id';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { datasets, featureSets } from '../db/data.ts';
import { createJobProgress } from '../db/job-progress.ts';
import { models, modelVersions, trainings } from '../db/models.ts';
import { notify } from '../db/notify.ts';
import { enqueueManifest } from '../db/outbox.ts';
import { insertRows, updateRows } from '../db/rows.ts';
import { experimentLooks } from '../db/serving.ts';
import {
  sampleCard,
  sampleMetrics,
  sampleRecipe,
  sampleSample,
  sampleSchema,
  sampleSummary,
} from './sample-documents.ts';
import type { TestBackend } from './start-test-backend.ts';

const now = () => new Date().toISOString();

/** Does what the import worker does to the tables and the lake. */
export async function finishImport(
  { database, lake }: TestBackend,
  { workspace, dataset, job }: { workspace: string; dataset: string; job: string },
): Promise<void> {
  const keys = featureSetKeys(workspace, dataset, 1);
  await lake.putNew(keys.sample, JSON.stringify(sampleSample));
  await lake.putNew(keys.summary, JSON.stringify(sampleSummary));
  await createJobProgress(database).succeedJob(job, async (tx) => {
    await insertRows(tx, featureSets, {
      id: newId(),
      workspace,
      dataset,
      n: 1,
      job,
      rows: 400,
      columns: 4,
      bytes: 9000,
      createdAt: now(),
      readyAt: now(),
    });
    const ready = { status: 'ready' as const, latestFeatureSet: 1, rows: 400, schema: sampleSchema };
    await updateRows(tx, datasets, { id: dataset }, { ...ready, updatedAt: now() });
    await enqueueManifest(tx);
    const notice = { kind: 'dataset.ready', title: 'Your data is ready', body: '400 rows' };
    await notify(tx, { ...notice, workspace, source: job, link: `/datasets/${dataset}` });
  });
}

/** Does what the training worker does to the tables. */
export async function finishTraining(
  { database }: TestBackend,
  {
    workspace,
    dataset,
    model,
    training,
    job,
  }: Record<'workspace' | 'dataset' | 'model' | 'training' | 'job', string>,
): Promise<void> {
  await createJobProgress(database).succeedJob(job, async (tx) => {
    await insertRows(tx, modelVersions, {
      id: newId(),
      workspace,
      model,
      n: 1,
      training,
      attempt: null,
      metrics: sampleMetrics,
      card: sampleCard(model, 1, sampleRecipe(dataset)),
      createdAt: now(),
    });
    await updateRows(tx, trainings, { id: training }, { modelVersion: 1 });
    await updateRows(tx, models, { id: model }, { latestVersion: 1, updatedAt: now() });
  });
}

export const sampleLook: ExperimentLook = {
  n: 1,
  at: '2026-01-02T03:04:05.678Z',
  units: { model: 40, fallback: 41 },
  metrics: [],
  health: { sampleRatioE: 1, sampleRatioAlarm: false, unitsInBothGroups: 0, eventsWithoutExposure: 0 },
};

/** Stores a look as the metrics worker does. */
export async function addLook(
  { database }: TestBackend,
  workspace: string,
  experiment: string,
): Promise<void> {
  const waitingFor = ['40 of 100 conversions in group model'];
  const row = { experiment, n: 1, workspace, at: sampleLook.at, look: sampleLook, waitingFor };
  await database.write((tx) => insertRows(tx, experimentLooks, row));
}

type Served = Pick<PredictionRecord, 'workspace' | 'model' | 'experiment'>;

/** Puts one prediction where the prediction API logs it, and answers it. */
export async function addPrediction(
  { aws, env }: TestBackend,
  served: Served,
  changes: Partial<PredictionRecord> = {},
): Promise<PredictionRecord> {
  const record: PredictionRecord = {
    ...served,
    id: newId(),
    version: 1,
    entity: 'ABQ',
    unit: 'flight-1',
    request: { model: served.model, entity: 'ABQ', features: { distance: 300 } },
    features: { distance: 300 },
    missing: [],
    featuresAsOf: null,
    predictedFor: now(),
    value: true,
    probability: 0.6,
    probabilities: null,
    source: 'model',
    group: 'model',
    createdAt: now(),
    latencyMs: 0.4,
    ...changes,
  };
  const { experiment, ...attributes } = record;
  const spread = Number(`0x${record.id.slice(-1)}`);
  const item = {
    ...attributes,
    ...(experiment === null
      ? {}
      : { experiment, experimentShard: experimentKey(experiment, spread % experimentShards) }),
    modelDay: modelDayKey(record.model, record.createdAt.slice(0, 10), spread % modelDayShards),
    modelEntity: modelEntityKey(record.model, record.entity),
    expiresAt: Math.floor(Date.now() / 1000) + 3600,
  };
  await aws.documents.send(new PutCommand({ TableName: env.PREDICTIONS_TABLE, Item: item }));
  return record;
}
