import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { queuedJob } from '@foretell/backend/db/add-job';
import { datasets, featureSets } from '@foretell/backend/db/data';
import { memberships } from '@foretell/backend/db/people';
import { insertRows } from '@foretell/backend/db/rows';
import { jobs, notifications, type JobRow } from '@foretell/backend/db/work';
import { featureSetManifest } from '@foretell/core/contracts/feature-set';
import { featureSetKeys, uploadKey } from '@foretell/core/domain/lake-keys';
import { createLake } from '@foretell/core/node/lake';
import { newId } from '@foretell/core/node/new-id';
import { startLocalAws, type TestAws } from '@foretell/local/testing/local-aws';
import { startTestDatabase, type TestDatabase } from './testing/database.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const rows = 200_000;
const [workspace, dataset, job, upload, user] = [newId(), newId(), newId(), newId(), newId()];

let aws: TestAws;
let control: TestDatabase;
let sqs: SQSClient;
const started: ChildProcess[] = [];
beforeAll(async () => {
  [aws, control] = await Promise.all([startLocalAws(), startTestDatabase()]);
  Object.assign(process.env, aws.environment);
  sqs = new SQSClient({});
});
afterAll(async () => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
  await Promise.all([aws.stop(), control.stop()]);
});

function startWorkers(): ChildProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: {
      PATH: process.env['PATH'],
      ...aws.environment,
      DATABASE_URL: control.url,
      PYTHON: 'python3',
      DASHBOARD_URL: 'http://127.0.0.1:4000',
      WORK_DIR: control.dir,
      VISIBILITY_SECONDS: '6',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  started.push(child);
  return child;
}

async function createImport(): Promise<void> {
  const at = new Date().toISOString();
  const lines = Array.from({ length: rows }, (_, i) => `c${i % 1000},${i},2026-01-01T00:00:00Z,"note ${i}"`);
  const body = `customer,amount,at,note\n${lines.join('\n')}\n`;
  const key = uploadKey(workspace, upload);
  await new S3Client({ forcePathStyle: true }).send(
    new PutObjectCommand({ Bucket: aws.resources.bucket, Key: key, Body: body }),
  );
  const jobRow: JobRow = {
    ...queuedJob(workspace, 'dataset.import', { kind: 'dataset', id: dataset }, at),
    id: job,
  };
  await control.database.write(async (tx) => {
    await insertRows(tx, memberships, { workspace, user, role: 'owner', createdAt: at });
    await insertRows(tx, jobs, jobRow);
    await insertRows(tx, datasets, {
      id: dataset,
      workspace,
      name: 'orders',
      source: 'upload',
      timeColumn: 'at',
      status: 'importing',
      latestFeatureSet: null,
      rows: null,
      schema: null,
      createdAt: at,
      updatedAt: at,
    });
  });
  const payload = { job, dataset, uploadKey: key, format: 'csv' };
  const message = { id: newId(), type: 'dataset.import', version: 1, workspace, createdAt: at, payload };
  const send = { QueueUrl: aws.resources.queueUrls.imports, MessageBody: JSON.stringify(message) };
  // Twice, as SQS itself may deliver it.
  await sqs.send(new SendMessageCommand(send));
  await sqs.send(new SendMessageCommand(send));
}

async function jobWhen(condition: (row: JobRow) => boolean): Promise<JobRow> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const row = await control.database.read.findOneByOrFail(jobs, { id: job });
    if (condition(row)) return row;
    if (Date.now() > deadline) throw new Error(`the job is ${row.status} at ${row.step} after 120 s`);
    await delay(5);
  }
}

async function inQueue(queueUrl: string): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...AttributeNames] }),
  );
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

test('a job whose workers are killed over and over, and whose message came twice, is done once', async () => {
  await createImport();
  for (const progress of [0.01, 0.3]) {
    const child = startWorkers();
    const row = await jobWhen(({ progress: reached, status }) => status !== 'queued' && reached >= progress);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(row.status).toBe('running');
  }
  const last = startWorkers();
  const { error } = await jobWhen(({ status }) => status === 'succeeded' || status === 'failed');
  expect(error).toBeNull();
  while ((await inQueue(aws.resources.queueUrls.imports)) > 0) await delay(100);
  last.kill('SIGTERM');
  expect(await once(last, 'exit')).toEqual([0, null]);

  const { read } = control.database;
  const ready = (await read.findBy(featureSets, { dataset })).filter(({ readyAt }) => readyAt !== null);
  expect(ready).toHaveLength(1);
  expect(await read.findOneBy(datasets, { id: dataset })).toMatchObject({ status: 'ready', rows });
  expect(await read.countBy(notifications, { workspace })).toBe(1);
  const lake = createLake(new S3Client({ forcePathStyle: true }), aws.resources.bucket);
  const manifest = await lake.getJson(
    featureSetKeys(workspace, dataset, ready[0]!.n).manifest,
    featureSetManifest,
  );
  expect(manifest.rows).toBe(rows);
  expect(await inQueue(aws.resources.queueUrls.imports)).toBe(0);
  expect(await inQueue(aws.resources.deadLetterUrls.imports)).toBe(0);
}, 400_000);
