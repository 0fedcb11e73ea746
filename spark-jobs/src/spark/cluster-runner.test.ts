import { EMRClient } from '@aws-sdk/client-emr';
import { memoryLake, memoryLogs } from '../../test/memory-lake.ts';
import {
  startRecordingServer,
  testClient,
  type Answer,
  type RecordedRequest,
  type RecordingServer,
} from '../../test/recording-server.ts';
import { smallManifest, smallRun, submittedConf } from '../../test/small-run.ts';
import { createClusterRunner } from './cluster-runner.ts';
import type { TrainingSetRunner } from './training-set-runner.ts';

const runId = '0190163d-8694-739b-aea5-966c26f8ad91';
const handle = { runId, folder: smallRun.folder, engineId: 's-1' };

let answers: Record<string, (request: RecordedRequest) => object>;
let server: RecordingServer;
let client: EMRClient;
const objects = new Map<string, string>();
const runner = (logs: Record<string, string> = {}): TrainingSetRunner =>
  createClusterRunner(client, memoryLake(objects), memoryLogs(logs), {
    bucket: 'lake',
    runnerKey: 'spark/runners/abc.py',
    logPrefix: 'spark/logs/',
    clusterId: 'j-1',
  });
const answer = (request: RecordedRequest): Answer => {
  const operation = request.target?.replace('ElasticMapReduce.', '') ?? '';
  const body = answers[operation];
  if (!body)
    return { status: 400, error: 'InvalidRequestException', body: { Message: `not asked: ${operation}` } };
  return { status: 200, body: body(request) };
};
const step = (state: string, details = {}) => ({
  DescribeStep: () => ({ Step: { Id: 's-1', Status: { State: state, ...details } } }),
});

beforeAll(async () => {
  server = await startRecordingServer(answer);
  client = new EMRClient(testClient(server.endpoint));
});
beforeEach(() => {
  objects.clear();
  server.requests.length = 0;
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

test('a run is a step named by the run’s id, submitted to YARN with every setting that parity needs', async () => {
  answers = { AddJobFlowSteps: () => ({ StepIds: ['s-1'] }) };
  await expect(runner().submit(runId, smallRun)).resolves.toEqual(handle);
  expect(server.requests).toEqual([
    {
      method: 'POST',
      path: '/',
      target: 'ElasticMapReduce.AddJobFlowSteps',
      body: {
        JobFlowId: 'j-1',
        Steps: [
          {
            Name: runId,
            ActionOnFailure: 'CONTINUE',
            HadoopJarStep: {
              Jar: 'command-runner.jar',
              Args: [
                'spark-submit',
                '--deploy-mode',
                'cluster',
                '--conf',
                'spark.yarn.maxAppAttempts=1',
                ...submittedConf,
                's3://lake/spark/runners/abc.py',
                's3://lake/workspaces/w/models/m/training-sets/3',
              ],
            },
          },
        ],
      },
    },
  ]);
});

test('a run submitted again finds its step, on a later page too, and adds none', async () => {
  answers = {
    AddJobFlowSteps: () => ({ StepIds: ['s-1'] }),
    ListSteps: ({ body }) =>
      (body as { Marker?: string }).Marker === 'next'
        ? { Steps: [{ Id: 's-1', Name: runId }] }
        : { Steps: [{ Id: 's-9', Name: 'another' }], Marker: 'next' },
  };
  await runner().submit(runId, smallRun);
  await expect(runner().submit(runId, smallRun)).resolves.toEqual(handle);
  expect(server.requests.map(({ target }) => target?.split('.')[1])).toEqual([
    'AddJobFlowSteps',
    'ListSteps',
    'ListSteps',
  ]);
});

test('a run whose step was never added, its submitter having died before, is added by the next', async () => {
  answers = { AddJobFlowSteps: () => ({ StepIds: ['s-1'] }), ListSteps: () => ({ Steps: [] }) };
  objects.set(`${smallRun.folder}job.json`, '{}');
  await expect(runner().submit(runId, smallRun)).resolves.toEqual(handle);
});

test.each([
  ['PENDING', 'queued'],
  ['RUNNING', 'running'],
  ['CANCEL_PENDING', 'running'],
  ['CANCELLED', 'cancelled'],
])('a step that is %s is %s', async (state, status) => {
  answers = step(state);
  await expect(runner().describe(handle)).resolves.toEqual({ status });
  expect(server.requests).toMatchObject([{ body: { ClusterId: 'j-1', StepId: 's-1' } }]);
});

test.each(['COMPLETED', 'FAILED'])(
  'a run has succeeded when its manifest is there, its step %s',
  async (state) => {
    answers = step(state);
    objects.set(`${smallRun.folder}manifest.json`, JSON.stringify(smallManifest));
    await expect(runner().describe(handle)).resolves.toEqual({
      status: 'succeeded',
      manifest: smallManifest,
    });
  },
);

test('of a failed step the driver’s own log tells, found by the application’s id', async () => {
  answers = step('FAILED', { FailureDetails: { Reason: 'Unknown Error.' } });
  const state = await runner({
    'spark/logs/j-1/steps/s-1/stderr.gz':
      'Application report for application_1700000000000_0042 (state: FINISHED)\nException in thread "main" org.apache.spark.SparkException: Application application_1700000000000_0042 finished with failed status\n',
    'spark/logs/j-1/containers/application_1700000000000_0042/container_1700000000000_0042_01_000001/stderr.gz':
      'org.apache.spark.sql.AnalysisException: [PATH_NOT_FOUND] Path does not exist: s3://lake/part-00000.parquet.\n',
    'spark/logs/j-1/containers/application_1700000000000_0042/container_1700000000000_0042_01_000002/stderr.gz':
      'an executor\n',
  }).describe(handle);
  expect(state).toEqual({
    status: 'failed',
    cause: {
      words: 'A file of the feature set is not there: Path does not exist: s3://lake/part-00000.parquet.',
      tail: 'org.apache.spark.sql.AnalysisException: [PATH_NOT_FOUND] Path does not exist: s3://lake/part-00000.parquet.',
    },
  });
});

test('where no log has come yet, the cluster’s own reason is told', async () => {
  answers = step('INTERRUPTED', { StateChangeReason: { Message: 'Cluster terminated' } });
  await expect(runner().describe(handle)).resolves.toEqual({
    status: 'failed',
    cause: { words: 'Spark failed: Cluster terminated', tail: '' },
  });
});

test('a run is cancelled by its step’s id', async () => {
  answers = { CancelSteps: () => ({ CancelStepsInfoList: [] }) };
  await runner().cancel(handle);
  expect(server.requests).toMatchObject([
    { body: { ClusterId: 'j-1', StepIds: ['s-1'], StepCancellationOption: 'SEND_INTERRUPT' } },
  ]);
});
