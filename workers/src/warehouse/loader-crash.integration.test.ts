import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { AcceptedRecord, Message } from '@foretell/core/contracts/messages';
import { assignGroup } from '@foretell/core/domain/bucketing';
import { recordsKey } from '@foretell/core/domain/lake-keys';
import { uploadFile } from '@foretell/core/node/lake-files';
import { newId } from '@foretell/core/node/new-id';
import { startLocalAws, type TestAws } from '@foretell/local/testing/local-aws';
import { writeRecords } from '../records/write-records.ts';
import { startTestDatabase, type TestDatabase } from '../testing/database.ts';
import { iso, message, startedAt } from '../testing/experiment-bench.ts';
import { createTestWarehouse } from '../testing/warehouse.ts';
import type { StagedLoadDeps } from './staged-load.ts';

let aws: TestAws;
let control: TestDatabase;
let deps: StagedLoadDeps;
let sqs: SQSClient;
let queueUrl = '';
beforeAll(async () => {
  [aws, control] = await Promise.all([startLocalAws(), startTestDatabase()]);
  Object.assign(process.env, aws.environment);
  deps = createTestWarehouse(aws.resources.bucket);
  sqs = new SQSClient({});
  // No dead letters: the same messages are received far more often than a healthy system would allow.
  const created = await sqs.send(new CreateQueueCommand({ QueueName: 'loader-crash' }));
  queueUrl = created.QueueUrl ?? '';
});
afterAll(() => Promise.all([aws.stop(), control.stop()]));

const entry = fileURLToPath(new URL('../testing/loader-process.ts', import.meta.url));
const unitsEach = 40;

/** Every step of a load; the first batch of statements makes the tables, the second copies and merges. */
const moments = [
  'during PutObjectCommand 1',
  'before PutObjectCommand 2',
  'during PutObjectCommand 2',
  'during BatchExecuteStatementCommand 1',
  'before BatchExecuteStatementCommand 2',
  'during BatchExecuteStatementCommand 2',
  'before DeleteObjectCommand 1',
  'during DeleteObjectCommand 1',
  'before DeleteMessageCommand 1',
  'during DeleteMessageCommand 2',
];

function startLoader(killAt: string): ChildProcess {
  const environment = {
    QUEUE_URL: queueUrl,
    LAKE_BUCKET: deps.lake.bucket,
    DATABASE_URL: control.url,
    WORK_DIR: control.dir,
  };
  return spawn(process.execPath, [entry], {
    env: { ...process.env, ...environment, KILL_AT: killAt },
    stdio: 'inherit',
  });
}

/** What one experiment sends: its assignments twice, overlapping, and a file of events of its units. */
async function send(experiment: string, dataset: string): Promise<void> {
  const workspace = newId();
  const assignments = Array.from({ length: unitsEach }, (_, i) => ({
    experiment,
    unit: `u${i}`,
    group: assignGroup(experiment, `u${i}`, 0.5),
    exposedAt: iso(startedAt + i),
  }));
  const records = assignments.map(({ unit }, i): AcceptedRecord => ({
    recordId: `r${i}`,
    timestamp: iso(startedAt + 1000 + i),
    values: { unit },
  }));
  const key = recordsKey(workspace, dataset, '2026-01-01', newId());
  await uploadFile(
    deps.lake,
    key,
    await writeRecords(control.dir, records, [{ name: 'unit', type: 'string' }]),
  );
  const bodies: Message[] = [
    message('assignments.batch', workspace, { assignments: assignments.slice(0, 30) }),
    message('assignments.batch', workspace, { assignments: assignments.slice(20) }),
    message('metric-events.load', workspace, { dataset, recordsKey: key, unitColumn: 'unit' }),
  ];
  const Entries = bodies.map((body, i) => ({ Id: String(i), MessageBody: JSON.stringify(body) }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
}

async function depth(): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const ask = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] });
  const { Attributes = {} } = await sqs.send(ask);
  return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

const counted = async (sql: string, parameters: Record<string, string>) =>
  (await deps.warehouse.query(sql, parameters))[0];

/** Nothing waits, and nothing is being handled. */
async function drained(): Promise<void> {
  while ((await depth()) > 0) await delay(100);
}

test('killed at any step of a load, the loader loses no row and doubles none', async () => {
  const sent: { experiment: string; dataset: string }[] = [];
  for (const moment of moments) {
    const ids = { experiment: newId(), dataset: newId() };
    await send(ids.experiment, ids.dataset);
    sent.push(ids);
    const loader = startLoader(moment);
    // The last message may be gone a moment before the loader is.
    const workedOff = drained().then(() => delay(10_000, undefined, { ref: false }));
    await Promise.race([once(loader, 'exit'), workedOff]);
    expect({ moment, died: loader.signalCode }).toEqual({ moment, died: 'SIGKILL' });
  }
  const last = startLoader('never');
  await drained();
  last.kill('SIGKILL');
  await once(last, 'exit');
  for (const { experiment, dataset } of sent) {
    const assigned = await counted(
      `SELECT COUNT(*)::bigint AS n, COUNT(DISTINCT unit)::bigint AS units, SUM(conflicts)::bigint AS conflicts
       FROM experiment_assignments WHERE experiment = :experiment`,
      { experiment },
    );
    expect(assigned).toEqual({ n: unitsEach, units: unitsEach, conflicts: 0 });
    const events = await counted(
      `SELECT COUNT(*)::bigint AS n, COUNT(DISTINCT record_id)::bigint AS records
       FROM metric_events WHERE dataset = :dataset`,
      { dataset },
    );
    expect(events).toEqual({ n: unitsEach, records: unitsEach });
  }
}, 480_000);
