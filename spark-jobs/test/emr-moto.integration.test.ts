import { EMRClient } from '@aws-sdk/client-emr';
import { EMRServerlessClient, CreateApplicationCommand } from '@aws-sdk/client-emr-serverless';
import { startMoto, type TestMoto } from '@foretell/local/testing/moto';
import { createClusterRunner } from '../src/spark/cluster-runner.ts';
import { createServerlessRunner } from '../src/spark/serverless-runner.ts';
import { createTransientRunner } from '../src/spark/transient-runner.ts';
import { memoryLake, memoryLogs } from './memory-lake.ts';
import { smallRun } from './small-run.ts';

/** The three runners against moto, which remembers clusters, steps and job runs, and runs nothing. */

const runId = '0190163d-8694-739b-aea5-966c26f8ad91';
const settings = { bucket: 'lake', runnerKey: 'spark/runners/abc.py', logPrefix: 'spark/logs/' };
const cluster = {
  ReleaseLabel: 'emr-7.11.0',
  ServiceRole: 'EMR_DefaultRole',
  JobFlowRole: 'EMR_EC2_DefaultRole',
  Instances: { MasterInstanceType: 'm6i.xlarge', SlaveInstanceType: 'm6i.xlarge', InstanceCount: 3 },
};

let moto: TestMoto;
let emr = new EMRClient();
let serverless = new EMRServerlessClient();
beforeAll(async () => {
  moto = await startMoto();
  emr = new EMRClient(moto.client);
  serverless = new EMRServerlessClient(moto.client);
});
afterAll(async () => {
  for (const client of [emr, serverless]) client.destroy();
  await moto.stop();
});

const transient = (objects: Map<string, string>) =>
  createTransientRunner(emr, memoryLake(objects), memoryLogs({}), { ...settings, cluster });

test('a transient cluster is started once, found again by its name, and ended when it is cancelled', async () => {
  const objects = new Map<string, string>();
  const handle = await transient(objects).submit(runId, smallRun);
  expect(handle.engineId).toMatch(/^j-/);
  await expect(transient(objects).submit(runId, smallRun)).resolves.toEqual(handle);
  expect(['queued', 'running']).toContain((await transient(objects).describe(handle)).status);
  await transient(objects).cancel(handle);
  expect(['queued', 'running']).not.toContain((await transient(objects).describe(handle)).status);
});

test('a step of a standing cluster is added once and found again by its name', async () => {
  const standing = await transient(new Map()).submit('standing', smallRun);
  const objects = new Map<string, string>();
  const runner = createClusterRunner(emr, memoryLake(objects), memoryLogs({}), {
    ...settings,
    clusterId: standing.engineId,
  });
  const handle = await runner.submit(runId, smallRun);
  expect(handle.engineId).toMatch(/^s-/);
  await expect(runner.submit(runId, smallRun)).resolves.toEqual(handle);
  expect((await runner.describe(handle)).status).toMatch(/queued|running/);
});

test('a job run of EMR Serverless is started once and can be cancelled', async () => {
  const created = await serverless.send(
    new CreateApplicationCommand({ name: 'foretell', releaseLabel: 'emr-7.11.0', type: 'SPARK' }),
  );
  const objects = new Map<string, string>();
  const runner = createServerlessRunner(serverless, memoryLake(objects), memoryLogs({}), {
    ...settings,
    applicationId: created.applicationId ?? '',
    jobRoleArn: 'arn:aws:iam::123456789012:role/foretell-spark-jobs',
    timeoutMinutes: 90,
  });
  const handle = await runner.submit(runId, smallRun);
  expect(handle.engineId).not.toBe('');
  await runner.cancel(handle);
  await expect(runner.describe(handle)).resolves.toEqual({ status: 'cancelled' });
});
