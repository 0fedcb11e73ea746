import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@foretell/core/node/new-id';
import { datasets, featureSets } from '../db/data.ts';
import { insertRows } from '../db/rows.ts';
import { createMemoryGatewayKeys } from './memory-gateway-keys.ts';
import { sampleRecipe, sampleSchema } from './sample-documents.ts';
import { signUp } from './sample-workspace.ts';
import { startTestBackend, type TestBackend } from './start-test-backend.ts';
import { finishTraining } from './worker-rows.ts';

/** Nothing listens on port 9: whatever would call AWS fails, and so says that it did. */
const nowhere = 'http://127.0.0.1:9';
export const offlineEnvironment = {
  AWS_ENDPOINT_URL: nowhere,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'nobody',
  AWS_SECRET_ACCESS_KEY: 'nothing',
  LAKE_BUCKET: 'nowhere',
  S3_FORCE_PATH_STYLE: 'true',
  PREDICTIONS_TABLE: 'predictions',
  QUEUE_URL_IMPORTS: `${nowhere}/imports`,
  QUEUE_URL_TRAININGS: `${nowhere}/trainings`,
  QUEUE_URL_METRICS: `${nowhere}/metrics`,
  QUEUE_URL_BATCH_PREDICTIONS: `${nowhere}/batch-predictions`,
  QUEUE_URL_NOTIFICATIONS: `${nowhere}/notifications`,
  USAGE_PLAN: 'nowhere',
};

/** The backend on a fresh SQLite file and no AWS at all: for everything that needs none. */
export async function startOfflineBackend() {
  const folder = await mkdtemp(join(tmpdir(), 'foretell-backend-'));
  const gatewayKeys = createMemoryGatewayKeys();
  const backend = await startTestBackend(offlineEnvironment, `sqlite:${join(folder, 'test.db')}`, {
    gatewayKeys,
  });
  return {
    ...backend,
    gatewayKeys,
    async stop() {
      await backend.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A dataset with a feature set, as its import leaves the tables. */
export async function addReadyDataset({ database }: TestBackend, workspace: string): Promise<string> {
  const [dataset, at] = [newId(), new Date().toISOString()];
  await database.write(async (tx) => {
    await insertRows(tx, datasets, {
      id: dataset,
      workspace,
      name: 'flights',
      source: 'stream',
      timeColumn: 'date',
      status: 'ready',
      latestFeatureSet: 1,
      rows: 400,
      schema: sampleSchema,
      createdAt: at,
      updatedAt: at,
    });
    const figures = { rows: 400, columns: 4, bytes: 9000, createdAt: at, readyAt: at };
    await insertRows(tx, featureSets, { ...figures, id: newId(), workspace, dataset, n: 1, job: newId() });
  });
  return dataset;
}

/** A new workspace with a dataset and a model whose version 1 is trained. */
export async function addTrainedModel(backend: TestBackend) {
  const { token, workspace, user } = await signUp(backend);
  const dataset = await addReadyDataset(backend, workspace);
  const request = { name: 'late flights', recipe: sampleRecipe(dataset) };
  const created = await backend.client.call('createModel', { token, body: request });
  const model = (created.body as { id: string }).id;
  const started = await backend.client.call('startTraining', { token, params: { id: model }, body: {} });
  const { id: training, job } = started.body as { id: string; job: { id: string } };
  await finishTraining(backend, { workspace, dataset, model, training, job: job.id });
  return { token, workspace, user, dataset, model };
}
