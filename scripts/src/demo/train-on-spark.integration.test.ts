import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { job as jobSchema } from '@foretell/core/contracts/control-api/jobs';
import { training as trainingSchema } from '@foretell/core/contracts/control-api/trainings';
import {
  deployment as deploymentSchema,
  model as modelSchema,
} from '@foretell/core/contracts/control-api/models';
import { modelCard } from '@foretell/core/contracts/model-version';
import { featureSetKeys, modelVersionKeys } from '@foretell/core/domain/lake-keys';
import { startPlatform, type Platform } from '@foretell/local/platform';
import { clientConfig } from '@foretell/local/resources';
import { freePort } from '@foretell/local/testing/free-port';
import type { ControlApi } from './api-client.ts';
import { prepareFlights } from './flights.ts';
import { createPrinter } from './print.ts';
import { untilServed } from './replay.ts';
import { importFile, signUp, trainModel } from './story.ts';

/**
 * The way to EMR Serverless, all of it but AWS itself: the workers submit by the SDK, a stand-in of the API runs the script
 * they name by the real spark-submit between S3 addresses, and its events come by the queue.
 */

const here = existsSync('.tools/spark/s3a/packages') && existsSync('.tools/spark/trainer/packages');
const onSpark = here ? describe : describe.skip;

onSpark(`training on Spark${here ? '' : ' (there is no .tools/spark/s3a)'}`, () => {
  let dataDir: string;
  let platform: Platform;
  let s3: S3Client;
  let api: ControlApi;
  let workspace: string;
  let apiKey: string;
  let dataset: string;
  let trained: Awaited<ReturnType<typeof trainModel>>;
  const printed: string[] = [];

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'foretell-spark-path-'));
    const [control, publicPort, aws, standIns] = await Promise.all([
      freePort(),
      freePort(),
      freePort(),
      freePort(),
    ]);
    const ports = { control, public: publicPort, aws, standIns };
    platform = await startPlatform({
      dataDir,
      ports,
      sparkFromRows: 1,
      environment: { SPARK_TRAINING_FROM_ROWS: '20000' },
    });
    s3 = new S3Client({
      ...clientConfig(platform.environment['AWS_ENDPOINT_URL'] ?? ''),
      forcePathStyle: true,
    });
    const printer = createPrinter((line) => printed.push(line));
    ({ api, workspace, apiKey } = await signUp(platform.urls.dashboard, printer));
    const { pastFile } = await prepareFlights(dataDir, 60_000, 1);
    ({ dataset } = await importFile(api, pastFile, 'flights', 'date', printer));
    const label = { column: 'delay', op: '>', value: 15 } as const;
    const knownAfterDays = { delay: 0.5 };
    const question = { dataset, entity: 'origin', time: 'date', label, knownAfterDays, exclude: [] };
    trained = await trainModel(api, 'late', question, 'f1', printer);
  }, 900_000);
  afterAll(async () => {
    s3.destroy();
    await platform.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function text(Key: string): Promise<string> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: platform.resources.bucket, Key }));
    return (await Body?.transformToString()) ?? '';
  }

  async function cardOf(model: string) {
    return modelCard.parse(JSON.parse(await text(modelVersionKeys(workspace, model, 1).card)));
  }

  test('more rows than a worker takes are trained on by the run that made them, and the card says so', async () => {
    const card = await cardOf(trained.model.id);
    expect(card.trainer).toMatchObject({ library: 'synapseml-lightgbm', version: '1.0.9' });
    expect(card.trainer.engine).toMatch(/^spark 3\.5\./);
    const { metrics } = trained.version;
    expect(metrics.rows.train + metrics.rows.validation + metrics.rows.test).toBeGreaterThan(40_000);
    expect(metrics.scores.auc).toBeGreaterThan(0.55);
    expect(metrics.learningCurve.at(-1)?.train).toBeLessThan(metrics.learningCurve[0]?.train ?? 0);
    expect(metrics.importances.length).toBe(card.inputs.length);
    expect(printed.join('\n')).toMatch(/training set on Spark/);
    expect(printed.join('\n')).toMatch(/online features on Spark/);
  });

  test('the prediction API serves that model', async () => {
    const { id } = trained.model;
    await api.post(`/models/${id}/deployments`, { version: 1 }, deploymentSchema);
    const call = { model: id, entity: 'SJC', features: { distance: 308, destination: 'LAX' } };
    const answer = await untilServed({ origin: platform.urls.public, apiKey }, call);
    expect(answer).toMatchObject({ source: 'model', version: 1 });
    expect(answer.probability).toBeGreaterThan(0);
  });

  test('fewer rows are left to the worker, from the same training set by Spark', async () => {
    const own = trained.model.recipe.features.filter(({ kind }) => kind !== 'history');
    const sampling = { maxRows: 19_000, seed: 1 };
    const recipe = { ...trained.model.recipe, features: own, sampling };
    const model = await api.post('/models', { name: 'few rows', recipe }, modelSchema);
    const training = await api.post(`/models/${model.id}/trainings`, {}, trainingSchema);
    await api.finished(training.job.id, () => undefined);
    const { trainer } = await cardOf(model.id);
    expect(trainer.library).toBe('lightgbm');
    expect(trainer.engine).toMatch(/^spark 3\.5\./);
  }, 600_000);

  test('the driver’s log is where EMR would put it', async () => {
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: platform.resources.bucket, Prefix: 'spark/logs/applications/' }),
    );
    expect(Contents.map(({ Key }) => Key)).toEqual([
      expect.stringMatching(/jobs\/\w+\/SPARK_DRIVER\/stderr\.gz$/),
      expect.stringMatching(/jobs\/\w+\/SPARK_DRIVER\/stderr\.gz$/),
      expect.stringMatching(/jobs\/\w+\/SPARK_DRIVER\/stderr\.gz$/),
    ]);
  });

  test('a run that fails is a failed training, with the cause in words and the log’s tail', async () => {
    const { prefix } = featureSetKeys(workspace, dataset, 1);
    const Bucket = platform.resources.bucket;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `${prefix}part-` }));
    for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    const { job } = await api.post(`/models/${trained.model.id}/trainings`, {}, trainingSchema);
    await expect(api.finished(job.id, () => undefined)).rejects.toThrow(
      /A file of the feature set is not there/,
    );
    const { figures, error } = await api.get(`/jobs/${job.id}`, jobSchema);
    expect(error).toMatchObject({ code: 'spark_failed' });
    expect(figures['spark']).toMatchObject({ attempt: 1, log: expect.stringContaining('PATH_NOT_FOUND') });
  }, 600_000);
});
