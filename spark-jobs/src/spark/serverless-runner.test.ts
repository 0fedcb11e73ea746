import { EMRServerlessClient } from '@aws-sdk/client-emr-serverless';
import { memoryLake, memoryLogs } from '../../test/memory-lake.ts';
import {
  startRecordingServer,
  testClient,
  type Answer,
  type RecordingServer,
} from '../../test/recording-server.ts';
import { smallManifest, smallRun, submittedConf, trainingRun } from '../../test/small-run.ts';
import { createServerlessRunner } from './serverless-runner.ts';
import type { TrainingSetRunner } from './training-set-runner.ts';

const runId = '0190163d-8694-739b-aea5-966c26f8ad91';
const handle = { runId, folder: smallRun.folder, engineId: '00f1' };
const driver = 'spark/logs/applications/00app/jobs/00f1/SPARK_DRIVER/';

let answer: Answer;
let server: RecordingServer;
let client: EMRServerlessClient;
const objects = new Map<string, string>();
const runner = (logs: Record<string, string> = {}): TrainingSetRunner =>
  createServerlessRunner(client, memoryLake(objects), memoryLogs(logs), {
    bucket: 'lake',
    runnerKey: 'spark/runners/abc.py',
    logPrefix: 'spark/logs/',
    applicationId: '00app',
    jobRoleArn: 'arn:aws:iam::111122223333:role/foretell-staging-spark-jobs',
    timeoutMinutes: 90,
    conf: { 'spark.executor.memory': '14g' },
    trainerConf: { 'spark.jars.packages': 'of:the:trainer' },
  });
const jobRun = (state: string, stateDetails = ''): Answer => ({
  status: 200,
  body: { jobRun: { applicationId: '00app', jobRunId: '00f1', state, stateDetails } },
});

beforeAll(async () => {
  server = await startRecordingServer(() => answer);
  client = new EMRServerlessClient(testClient(server.endpoint));
});
beforeEach(() => {
  objects.clear();
  server.requests.length = 0;
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

test('a run is a StartJobRun whose client token is the run’s id, with every setting that parity needs', async () => {
  answer = { status: 200, body: { applicationId: '00app', jobRunId: '00f1', arn: 'arn:x' } };
  await expect(runner().submit(runId, smallRun)).resolves.toEqual(handle);
  expect(server.requests).toEqual([
    {
      method: 'POST',
      path: '/applications/00app/jobruns',
      target: undefined,
      body: {
        clientToken: runId,
        name: runId,
        executionRoleArn: 'arn:aws:iam::111122223333:role/foretell-staging-spark-jobs',
        executionTimeoutMinutes: 90,
        jobDriver: {
          sparkSubmit: {
            entryPoint: 's3://lake/spark/runners/abc.py',
            entryPointArguments: ['s3://lake/workspaces/w/models/m/training-sets/3'],
            sparkSubmitParameters: ['--conf', 'spark.executor.memory=14g', ...submittedConf].join(' '),
          },
        },
        configurationOverrides: {
          monitoringConfiguration: { s3MonitoringConfiguration: { logUri: 's3://lake/spark/logs/' } },
        },
      },
    },
  ]);
  expect(JSON.parse(objects.get(`${smallRun.folder}job.json`) ?? '')).toEqual({
    ...smallRun.job,
    sources: { raw: ['s3://lake/part-00000.parquet'] },
  });
});

test('a run that trains is told where its trainer comes from, and no other run is', async () => {
  answer = { status: 200, body: { applicationId: '00app', jobRunId: '00f1', arn: 'arn:x' } };
  await runner().submit(runId, trainingRun);
  await runner().submit(runId, smallRun);
  const [training, plain] = server.requests.map(({ body }) => JSON.stringify(body));
  expect(training).toContain('--conf spark.jars.packages=of:the:trainer');
  expect(plain).not.toContain('spark.jars.packages');
});

test('a run submitted again sends the same token, so that EMR answers with the first job run', async () => {
  answer = { status: 200, body: { applicationId: '00app', jobRunId: '00f1', arn: 'arn:x' } };
  await runner().submit(runId, smallRun);
  await runner().submit(runId, smallRun);
  const [first, second] = server.requests;
  expect(second).toEqual(first);
});

test.each([
  ['SUBMITTED', 'queued'],
  ['PENDING', 'queued'],
  ['SCHEDULED', 'queued'],
  ['QUEUED', 'queued'],
  ['RUNNING', 'running'],
  ['CANCELLING', 'running'],
  ['CANCELLED', 'cancelled'],
])('a job run that is %s is %s', async (state, status) => {
  answer = jobRun(state);
  await expect(runner().describe(handle)).resolves.toEqual({ status });
  expect(server.requests).toMatchObject([
    { method: 'GET', path: '/applications/00app/jobruns/00f1', body: null },
  ]);
});

test('a run has succeeded when its manifest is there', async () => {
  answer = jobRun('SUCCESS');
  objects.set(`${smallRun.folder}manifest.json`, JSON.stringify(smallManifest));
  await expect(runner().describe(handle)).resolves.toEqual({ status: 'succeeded', manifest: smallManifest });
});

test('a job run that ended without a manifest has failed', async () => {
  answer = jobRun('SUCCESS');
  await expect(runner().describe(handle)).resolves.toEqual({
    status: 'failed',
    cause: { words: 'Spark failed, and left no word of why.', tail: '' },
  });
});

test('what the runner said of its failure is told', async () => {
  answer = jobRun('FAILED', 'Job failed, please check complete logs');
  const error = '[ARITHMETIC_OVERFLOW] long overflow. If necessary set …\n\tat org.apache.spark';
  objects.set(`${smallRun.folder}failure.json`, JSON.stringify({ version: 1, error }));
  await expect(runner().describe(handle)).resolves.toEqual({
    status: 'failed',
    cause: { words: 'A value in the data is out of range: long overflow. If necessary set …', tail: error },
  });
});

test('of a driver that died without a word, its log’s tail tells', async () => {
  answer = jobRun('FAILED', 'Job failed');
  const logs = { [`${driver}stderr.gz`]: 'INFO Starting\njava.lang.OutOfMemoryError: Java heap space\n' };
  const state = await runner(logs).describe(handle);
  expect(state).toMatchObject({
    status: 'failed',
    cause: {
      words: 'Spark ran out of memory: give its workers more, or take fewer rows.',
      tail: 'INFO Starting\njava.lang.OutOfMemoryError: Java heap space',
    },
  });
});

test('a run is cancelled by its job run’s id', async () => {
  answer = { status: 200, body: { applicationId: '00app', jobRunId: '00f1' } };
  await runner().cancel(handle);
  expect(server.requests).toMatchObject([{ method: 'DELETE', path: '/applications/00app/jobruns/00f1' }]);
});

test('EMR’s "not now" is an error to be tried again', async () => {
  answer = { status: 429, error: 'ThrottlingException', body: { message: 'Rate exceeded' } };
  await expect(runner().submit(runId, smallRun)).rejects.toMatchObject({ code: 'unavailable' });
});
