import { EMRClient } from '@aws-sdk/client-emr';
import { memoryLake, memoryLogs } from '../../test/memory-lake.ts';
import { startRecordingServer, testClient, type RecordingServer } from '../../test/recording-server.ts';
import { smallManifest, smallRun, submittedConf, trainingRun } from '../../test/small-run.ts';
import { createTransientRunner } from './transient-runner.ts';

const runId = '0190163d-8694-739b-aea5-966c26f8ad91';
const handle = { runId, folder: smallRun.folder, engineId: 'j-7' };

let answers: Record<string, object>;
let server: RecordingServer;
let client: EMRClient;
const objects = new Map<string, string>();
const runner = (logs: Record<string, string> = {}) =>
  createTransientRunner(client, memoryLake(objects), memoryLogs(logs), {
    bucket: 'lake',
    runnerKey: 'spark/runners/abc.py',
    logPrefix: 'spark/logs/',
    trainerConf: { 'spark.jars.packages': 'of:the:trainer' },
    cluster: { ReleaseLabel: 'emr-7.11.0', Instances: { InstanceCount: 3 }, ServiceRole: 'emr' },
  });
const state = (State: string, reason: object = {}) => ({
  DescribeCluster: { Cluster: { Id: 'j-7', Status: { State, StateChangeReason: reason } } },
  ListSteps: { Steps: [{ Id: 's-1', Name: runId }] },
});
const asked = () => server.requests.map(({ target }) => target?.replace('ElasticMapReduce.', ''));

beforeAll(async () => {
  server = await startRecordingServer(({ target }) => {
    const body = answers[target?.replace('ElasticMapReduce.', '') ?? ''];
    if (!body) return { status: 400, error: 'InvalidRequestException', body: { Message: `${target}` } };
    return { status: 200, body };
  });
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

test('a run is a cluster of its name that ends with its one step', async () => {
  answers = { RunJobFlow: { JobFlowId: 'j-7' } };
  await expect(runner().submit(runId, smallRun)).resolves.toEqual(handle);
  expect(server.requests[0]?.body).toEqual({
    Name: runId,
    ReleaseLabel: 'emr-7.11.0',
    ServiceRole: 'emr',
    LogUri: 's3://lake/spark/logs/',
    Applications: [{ Name: 'Spark' }],
    Instances: { InstanceCount: 3, KeepJobFlowAliveWhenNoSteps: false },
    Steps: [
      {
        Name: runId,
        ActionOnFailure: 'TERMINATE_CLUSTER',
        HadoopJarStep: {
          Jar: 'command-runner.jar',
          Args: [
            ...['spark-submit', '--deploy-mode', 'cluster'],
            ...['--conf', 'spark.yarn.maxAppAttempts=1', ...submittedConf],
            's3://lake/spark/runners/abc.py',
            's3://lake/workspaces/w/models/m/training-sets/3',
          ],
        },
      },
    ],
  });
});

test('a run that trains brings its trainer', async () => {
  answers = { RunJobFlow: { JobFlowId: 'j-7' } };
  await runner().submit(runId, trainingRun);
  expect(JSON.stringify(server.requests[0]?.body)).toContain('spark.jars.packages=of:the:trainer');
});

test('a run that was submitted before is found by its name, and no second cluster starts', async () => {
  answers = { RunJobFlow: { JobFlowId: 'j-7' }, ListClusters: { Clusters: [{ Id: 'j-7', Name: runId }] } };
  await runner().submit(runId, smallRun);
  await expect(runner().submit(runId, smallRun)).resolves.toEqual(handle);
  expect(asked()).toEqual(['RunJobFlow', 'ListClusters']);
});

test.each([
  ['STARTING', {}, 'queued'],
  ['RUNNING', {}, 'running'],
  ['TERMINATING', {}, 'running'],
  ['TERMINATED', { Code: 'USER_REQUEST' }, 'cancelled'],
])('a cluster that is %s %j is a run that is %s', async (cluster, reason, status) => {
  answers = state(cluster, reason);
  await expect(runner().describe(handle)).resolves.toEqual({ status });
});

test('a cluster that has ended has succeeded only with a manifest', async () => {
  answers = state('TERMINATED', { Code: 'ALL_STEPS_COMPLETED' });
  objects.set(`${smallRun.folder}manifest.json`, JSON.stringify(smallManifest));
  await expect(runner().describe(handle)).resolves.toEqual({ status: 'succeeded', manifest: smallManifest });
});

test('a failure without a word of the script is told by the step’s log, else by EMR’s reason', async () => {
  answers = state('TERMINATED_WITH_ERRORS', { Code: 'STEP_FAILURE', Message: 'Step failure' });
  const log = { 'spark/logs/j-7/steps/s-1/stderr.gz': 'java.lang.OutOfMemoryError: Java heap space' };
  await expect(runner(log).describe(handle)).resolves.toMatchObject({
    status: 'failed',
    cause: { words: expect.stringMatching(/ran out of memory/) },
  });
  await expect(runner().describe(handle)).resolves.toMatchObject({
    cause: { words: 'Spark failed: Step failure' },
  });
});

test('a cancelled run’s cluster is ended', async () => {
  answers = { TerminateJobFlows: {} };
  await runner().cancel(handle);
  expect(server.requests[0]?.body).toEqual({ JobFlowIds: ['j-7'] });
});
