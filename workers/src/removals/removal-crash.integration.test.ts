import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { datasetFolder, datasetUnloadsFolder } from '@foretell/core/domain/lake-keys';
import { newId } from '@foretell/core/node/new-id';
import { startLocalAws, type TestAws } from '@foretell/local/testing/local-aws';
import { loadMetricEvents } from '../metrics/load-metric-events.ts';
import { startTestDatabase, type TestDatabase } from '../testing/database.ts';
import { message } from '../testing/experiment-bench.ts';
import { publishManifest, removed } from '../testing/removals.ts';
import { createTestWarehouse } from '../testing/warehouse.ts';
import type { StagedLoadDeps } from '../warehouse/staged-load.ts';

let aws: TestAws;
let control: TestDatabase;
let deps: StagedLoadDeps;
let sqs: SQSClient;
let queueUrl = '';
const started: ChildProcess[] = [];
beforeAll(async () => {
  [aws, control] = await Promise.all([startLocalAws(), startTestDatabase()]);
  Object.assign(process.env, aws.environment);
  deps = createTestWarehouse(aws.resources.bucket);
  sqs = new SQSClient({});
  const created = await sqs.send(new CreateQueueCommand({ QueueName: 'removal-crash' }));
  queueUrl = created.QueueUrl ?? '';
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  sqs.destroy();
  await Promise.all([aws.stop(), control.stop()]);
});

const entry = fileURLToPath(new URL('../testing/removal-process.ts', import.meta.url));

/** A dataset has two folders; the first statements make the warehouse's tables, the next delete its rows. */
const moments = [
  'before DeleteObjectsCommand 1',
  'during DeleteObjectsCommand 1',
  'before DeleteObjectsCommand 2',
  'before BatchExecuteStatementCommand 2',
  'during BatchExecuteStatementCommand 2',
  'before SendMessageCommand 1',
  'before DeleteMessageCommand 1',
];

function startWorker(killAt: string): ChildProcess {
  const environment = {
    QUEUE_URL: queueUrl,
    LAKE_BUCKET: deps.lake.bucket,
    DATABASE_URL: control.url,
    KILL_AT: killAt,
  };
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry], {
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  started.push(child);
  return child;
}

interface Dataset {
  id: string;
  workspace: string;
}

const foldersOf = ({ id, workspace }: Dataset) => [
  datasetFolder(workspace, id),
  datasetUnloadsFolder(workspace, id),
];

async function fill(dataset: Dataset): Promise<void> {
  for (const folder of foldersOf(dataset))
    for (const i of [1, 2, 3]) await deps.lake.putNew(`${folder}part-${i}`, 'rows');
  const event = { unitColumn: 'unit', recordId: 'r', event: 'record', unit: 'u', value: null };
  const at = new Date();
  await loadMetricEvents(deps, [{ ...event, dataset: dataset.id, occurredAt: at, receivedAt: at }]);
}

/** How many objects and rows there are of it. */
async function leftOf(dataset: Dataset): Promise<number> {
  const keys = await Promise.all(foldersOf(dataset).map((folder) => deps.lake.list(folder)));
  const sql = 'SELECT COUNT(*)::bigint AS n FROM metric_events WHERE dataset = :dataset';
  const [row] = await deps.warehouse.query(sql, { dataset: dataset.id });
  return keys.flat().length + Number(row?.['n']);
}

async function remove(): Promise<Dataset> {
  const dataset = await removed(control.database, 'dataset');
  await fill(dataset);
  const body = message('removal.run', dataset.workspace, { removal: dataset.id, again: false });
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(body) }));
  return dataset;
}

test('killed at any step, the worker leaves nothing of what was deleted, and all of what was not', async () => {
  await publishManifest(deps.lake);
  const other = { id: newId(), workspace: newId() };
  await fill(other);
  const all = await leftOf(other);
  const gone: Dataset[] = [];
  for (const moment of moments) {
    gone.push(await remove());
    const worker = startWorker(moment);
    const [, signal] = (await once(worker, 'exit')) as [number | null, string | null];
    expect([moment, signal]).toEqual([moment, 'SIGKILL']);
  }
  const last = startWorker('never');
  const left = async () => (await Promise.all(gone.map(leftOf))).reduce((sum, n) => sum + n, 0);
  while ((await left()) > 0) await delay(200);
  last.kill('SIGKILL');
  await once(last, 'exit');
  expect([all, await leftOf(other)]).toEqual([7, 7]);
}, 480_000);
