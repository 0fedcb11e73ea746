import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { sessionResponse } from '@foretell/core/contracts/control-api/accounts';
import { apiKeyCreated } from '@foretell/core/contracts/control-api/api-keys';
import {
  dataset as datasetSchema,
  datasetCreated,
  featureSet as featureSetSchema,
  uploadResponse,
} from '@foretell/core/contracts/control-api/datasets';
import {
  deployment as deploymentSchema,
  model as modelSchema,
  modelVersion as modelVersionSchema,
  type RecipeQuestion,
} from '@foretell/core/contracts/control-api/models';
import { training as trainingSchema } from '@foretell/core/contracts/control-api/trainings';
import { z } from 'zod';
import { createControlApi, type ControlApi } from './api-client.ts';
import { seconds, thousands, type Printer } from './print.ts';
import { printMetrics, printRecipe } from './print-training.ts';

/** The steps that are the same for the flights and for a user's own file: each prints what it did and returns its figures. */

export async function signUp(origin: string, printer: Printer) {
  const email = `demo-${Date.now()}@example.com`;
  const password = `demo-${crypto.randomUUID()}`;
  const session = await createControlApi(origin, null).post(
    '/signup',
    { email, password, workspace: 'Demo' },
    sessionResponse,
  );
  const api = createControlApi(origin, session.token);
  const { key } = await api.post('/api-keys', { name: 'demo' }, apiKeyCreated);
  printer.line(`workspace "${session.workspace.name}"; sign in as ${email}, password ${password}`);
  return { api, token: session.token, workspace: session.workspace.id, apiKey: key };
}

export async function importFile(
  api: ControlApi,
  file: string,
  name: string,
  timeColumn: string,
  printer: Printer,
) {
  const { size: bytes } = await stat(file);
  const upload = await api.post('/uploads', { filename: basename(file), bytes }, uploadResponse);
  const sent = performance.now();
  await putFile(upload, file, bytes);
  printer.line(
    `uploaded ${(bytes / 1e6).toFixed(1)} MB by presigned URL in ${seconds(performance.now() - sent)}`,
  );
  const created = await api.post(
    '/datasets',
    { name, timeColumn, source: { kind: 'upload', upload: upload.upload } },
    datasetCreated,
  );
  if (!created.job) throw new Error('the dataset was created without an import job');
  const started = performance.now();
  await api.finished(created.job.id, printer.progress());
  const dataset = await api.get(`/datasets/${created.dataset.id}`, datasetSchema);
  const { items } = await api.get(
    `/datasets/${dataset.id}/feature-sets`,
    z.object({ items: z.array(featureSetSchema) }),
  );
  const featureSet = items.find((item) => item.n === dataset.latestFeatureSet);
  if (!featureSet)
    throw new Error(`the dataset names feature set ${dataset.latestFeatureSet}, which is not listed`);
  printer.line(
    `feature set ${featureSet.n}: ${thousands(featureSet.rows)} rows × ${featureSet.columns} columns, ` +
      `${(featureSet.bytes / 1e6).toFixed(1)} MB of Parquet, sample and summary included, in ${seconds(performance.now() - started)}`,
  );
  return { dataset: dataset.id, featureSet };
}

async function putFile(upload: z.output<typeof uploadResponse>, file: string, bytes: number): Promise<void> {
  const response = await fetch(upload.url, {
    method: upload.method,
    headers: { ...upload.headers, 'content-length': String(bytes) },
    body: Readable.toWeb(createReadStream(file)) as ReadableStream,
    duplex: 'half',
  });
  if (!response.ok)
    throw new Error(`the upload was refused: ${response.status} ${(await response.text()).slice(0, 300)}`);
}

export async function trainModel(
  api: ControlApi,
  name: string,
  question: RecipeQuestion,
  threshold: 'f1' | 'accuracy',
  printer: Printer,
) {
  const model = await api.post('/models', { name, question }, modelSchema);
  printRecipe(model, printer);
  const started = performance.now();
  const training = await api.post(`/models/${model.id}/trainings`, { threshold }, trainingSchema);
  await api.finished(training.job.id, printer.progress());
  const { latestVersion } = await api.get(`/models/${model.id}`, modelSchema);
  if (latestVersion === null) throw new Error('the training succeeded, but the model has no version');
  const version = await api.get(`/models/${model.id}/versions/${latestVersion}`, modelVersionSchema);
  printMetrics(version, printer);
  printer.line(`trained and evaluated in ${seconds(performance.now() - started)}`);
  return { model, version };
}

/** A stream for the outcomes, and the model deployed against a random fallback with one metric on that stream. */
export async function deployWithExperiment(
  api: ControlApi,
  model: string,
  version: number,
  outcome: { dataset: string; metric: string; unitColumn: string },
) {
  const stream = await api.post(
    '/datasets',
    { name: outcome.dataset, source: { kind: 'stream' } },
    datasetCreated,
  );
  const { experiment } = await api.post(
    `/models/${model}/deployments`,
    {
      version,
      experiment: {
        fallback: { kind: 'random' },
        split: 0.5,
        metrics: [
          {
            name: outcome.metric,
            kind: 'conversion',
            dataset: stream.dataset.id,
            unitColumn: outcome.unitColumn,
            valueColumn: outcome.metric,
          },
        ],
        // The replay lasts minutes: the rule of seven days is lifted for it, the statistical rules are not.
        rules: { minDays: 0 },
      },
    },
    deploymentSchema,
  );
  if (experiment === null) throw new Error('the deployment has no experiment');
  return { experiment, outcomes: stream.dataset.id };
}
