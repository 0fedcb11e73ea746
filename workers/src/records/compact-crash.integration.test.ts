import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { datasets } from '@foretell/backend/db/data';
import { recordFiles } from '@foretell/backend/db/record-files';
import { insertRows } from '@foretell/backend/db/rows';
import { jobs, unfinishedJob } from '@foretell/backend/db/work';
import { featureSetManifest } from '@foretell/core/contracts/feature-set';
import type { Message, MessageType } from '@foretell/core/contracts/messages';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import { seededRandom } from '@foretell/core/domain/seeded-random';
import { createLake } from '@foretell/core/node/lake';
import { downloadFile } from '@foretell/core/node/lake-files';
import { newId } from '@foretell/core/node/new-id';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { queryOne, withDuckDb } from '@foretell/spark-jobs/duckdb';
import { startTestDatabase, type TestDatabase } from '../testing/database.ts';
import { message } from '../testing/experiment-bench.ts';
import { streamed } from '../testing/record-stream.ts';
import { createCompactHandler } from './compact-handler.ts';
import { createRecordFileStore } from './record-file-store.ts';

let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
let control: TestDatabase;
let sqs: SQSClient;
let queueUrl = '';
beforeAll(async () => {
  [aws, control] = await Promise.all([startAwsWithResources(), startTestDatabase()]);
  Object.assign(process.env, aws.environment);
  sqs = new SQSClient({});
  const created = await sqs.send(new CreateQueueCommand({ QueueName: 'records-crash' }));
  queueUrl = created.QueueUrl ?? '';
});
afterAll(async () => {
  sqs.destroy();
  await Promise.all([aws.stop(), control.stop()]);
});

const kills = 10;
const entry = fileURLToPath(new URL('../testing/records-process.ts', import.meta.url));

/** Two batches are put and their messages deleted first; then the import puts part, schema, manifest, summary and sample. */
const moments = [
  'during PutObjectCommand 1',
  'before DeleteMessageCommand 1',
  'during PutObjectCommand 3',
  'before PutObjectCommand 5',
  'during PutObjectCommand 5',
  'before PutObjectCommand 7',
  'before DeleteMessageCommand 3',
];

function startWorker(killAt: string): ChildProcess {
  const environment = {
    ...aws.environment,
    QUEUE_URL: queueUrl,
    LAKE_BUCKET: aws.resources.bucket,
    DATABASE_URL: control.url,
    WORK_DIR: control.dir,
    KILL_AT: killAt,
  };
  return spawn(process.execPath, [entry], { env: { ...process.env, ...environment }, stdio: 'inherit' });
}

const send = <T extends MessageType>(type: T, workspace: string, payload: Message<T>['payload']) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(message(type, workspace, payload)),
    }),
  );

interface Stream {
  dataset: string;
  workspace: string;
}

/** A dataset with two batches of records on the queue, the second with ten of the first's. */
async function stream(): Promise<Stream> {
  const [id, workspace] = [newId(), newId()];
  const at = new Date().toISOString();
  await control.database.write((tx) =>
    insertRows(tx, datasets, {
      id,
      workspace,
      name: 'stream',
      source: 'stream',
      timeColumn: null,
      status: 'ready',
      latestFeatureSet: null,
      rows: null,
      schema: null,
      createdAt: at,
      updatedAt: at,
    }),
  );
  const records = Array.from({ length: 30 }, (_, i) => streamed(`r${i}`, { n: i }));
  for (const some of [records.slice(0, 20), records.slice(10)])
    await send('records.batch', workspace, { dataset: id, batch: newId(), receivedAt: at, records: some });
  return { dataset: id, workspace };
}

const started = new Set<string>();

/** What the clock and the backend's relay do: starts the compactions that are due, an hour later each time. */
async function tick(): Promise<void> {
  const now = () => new Date(Date.now() + 3_600_000);
  const waiting = createRecordFileStore(control.database);
  const compact = createCompactHandler({ database: control.database, recordFiles: waiting, now });
  const logger = { info: () => undefined } as never;
  const signal = new AbortController().signal;
  await compact(message('records.compact', newId(), {}), { logger, signal });
  for (const { id, workspace, payload } of await control.database.read.findBy(jobs, { status: 'queued' })) {
    if (started.has(id)) continue;
    started.add(id);
    await send('dataset.import', workspace, payload as never);
  }
}

async function newestRows({ dataset, workspace }: Stream) {
  const row = await control.database.read.findOneByOrFail(datasets, { id: dataset });
  if (row.latestFeatureSet === null) return null;
  const lake = createLake(new S3Client({ forcePathStyle: true }), aws.resources.bucket);
  const { manifest } = featureSetKeys(workspace, dataset, row.latestFeatureSet);
  const { files } = await lake.getJson(manifest, featureSetManifest);
  const paths = files.map(() => `${control.dir}/${newId()}.parquet`);
  for (const [i, { key }] of files.entries()) await downloadFile(lake, key, paths[i] ?? '');
  return withDuckDb({ threads: 1, memoryMb: 300, tempDir: control.dir }, (connection) =>
    queryOne(
      connection,
      `SELECT count(*) AS n, count(DISTINCT record_id) AS ids FROM read_parquet([${paths.map(stringLiteral).join(', ')}])`,
    ),
  );
}

async function isDone(streams: readonly Stream[]): Promise<boolean> {
  if (await control.database.read.existsBy(jobs, { status: unfinishedJob })) return false;
  if ((await createRecordFileStore(control.database).waitingDatasets()).length > 0) return false;
  const rows = await Promise.all(streams.map(newestRows));
  return rows.every((row) => row?.['ids'] === 30);
}

/** Runs the clock until the last worker has nothing left to do, and counts each stream's rows. */
async function finish(streams: readonly Stream[]): Promise<void> {
  const last = startWorker('never');
  while (!(await isDone(streams))) {
    await tick();
    await delay(200);
  }
  last.kill('SIGKILL');
  await once(last, 'exit');
  for (const one of streams) expect(await newestRows(one)).toEqual({ n: 30, ids: 30 });
}

test('killed at any step between the queue and the feature set, the worker loses no record and doubles none', async () => {
  const streams: Stream[] = [];
  for (const moment of moments) {
    streams.push(await stream());
    const worker = startWorker(moment);
    const exited = once(worker, 'exit');
    while (worker.signalCode === null) {
      await tick();
      await Promise.race([exited, delay(100)]);
    }
  }
  await finish(streams);
}, 480_000);

test(`killed ${kills} times at random, the worker loses no record and doubles none`, async () => {
  const seed = Date.now() % 1_000_000;
  process.stderr.write(`the worker is killed at random, seed ${seed}\n`);
  const random = seededRandom(seed);
  const streams: Stream[] = [];
  for (let killed = 0; killed < kills; killed++) {
    const latest = await stream();
    streams.push(latest);
    const worker = startWorker('never');
    // Its first sign of life is a batch that waits for a feature set; a compaction begins and ends within the next second.
    while (!(await control.database.read.existsBy(recordFiles, { dataset: latest.dataset }))) await delay(20);
    const deadline = performance.now() + random() * 1000;
    while (performance.now() < deadline) {
      await tick();
      await delay(50);
    }
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
  await finish(streams);
}, 480_000);
