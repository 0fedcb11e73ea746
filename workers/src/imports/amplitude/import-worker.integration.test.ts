import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { queuedJob } from '@foretell/backend/db/add-job';
import { datasets, featureSets } from '@foretell/backend/db/data';
import { insertRows } from '@foretell/backend/db/rows';
import { connections, datasetSources } from '@foretell/backend/db/sources';
import { jobs, type JobRow } from '@foretell/backend/db/work';
import { featureSetManifest } from '@foretell/core/contracts/feature-set';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import { createLake } from '@foretell/core/node/lake';
import { downloadFile } from '@foretell/core/node/lake-files';
import { newId } from '@foretell/core/node/new-id';
import { startLocalAws, type TestAws } from '@foretell/local/testing/local-aws';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { queryOne, withDuckDb } from '@foretell/spark-jobs/duckdb';
import { jest } from '@jest/globals';
import { startAmplitude, type AmplitudeServer } from '../../testing/amplitude-server.ts';
import { bigExport, type BigExport } from '../../testing/big-export.ts';
import { startTestDatabase, type TestDatabase } from '../../testing/database.ts';

/** Of JSON. 2000 in the measurement that docs/adr/0021 tells of; less where minutes count. */
const megabytes = Number(process.env['IMPORT_TEST_MB'] ?? 100);
/** Measured: 215 to 262 (docs/adr/0021); the rest is room for what else a machine does. */
const memoryLimitMb = 300;
const kills = 10;

jest.setTimeout(180_000 + megabytes * 1000);

const main = fileURLToPath(new URL('../../main.ts', import.meta.url));
const keys = { apiKey: 'an api key', secretKey: 'a secret key' };
let aws: TestAws;
let control: TestDatabase;
let sqs: SQSClient;
let amplitude: AmplitudeServer | undefined;
const started: ChildProcess[] = [];
beforeAll(async () => {
  [aws, control] = await Promise.all([startLocalAws(), startTestDatabase()]);
  Object.assign(process.env, aws.environment);
  sqs = new SQSClient();
});
afterEach(async () => {
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await amplitude?.stop();
  amplitude = undefined;
});
afterAll(async () => {
  sqs.destroy();
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
      VISIBILITY_SECONDS: '3',
      SOURCE_SLICE_SECONDS: '0',
      EGRESS_ALLOWED_HOSTS: '127.0.0.1',
      LOG_LEVEL: 'error',
      // As the image and the laptop run it.
      MALLOC_ARENA_MAX: '2',
      NODE_OPTIONS: '--max-semi-space-size=2',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  started.push(child);
  return child;
}

async function startImport({ lines, hours }: BigExport, maxHours: number) {
  amplitude = await startAmplitude({ ...keys, lines, maxHours });
  const [workspace, connection, dataset, secretRef] = [newId(), newId(), newId(), newId()];
  const SecretString = JSON.stringify(keys);
  await new SecretsManagerClient().send(new CreateSecretCommand({ Name: secretRef, SecretString }));
  const job = queuedJob(workspace, 'dataset.import', { kind: 'dataset', id: dataset });
  const at = job.createdAt;
  await control.database.write(async (tx) => {
    await insertRows(tx, jobs, job);
    await insertRows(tx, datasets, {
      id: dataset,
      workspace,
      name: 'events',
      source: 'amplitude',
      timeColumn: 'event_time',
      status: 'importing',
      latestFeatureSet: null,
      rows: null,
      schema: null,
      createdAt: at,
      updatedAt: at,
    });
    const settings = { url: amplitude!.url };
    await insertRows(tx, connections, {
      id: connection,
      workspace,
      name: 'amplitude',
      kind: 'amplitude',
      secretRef,
      settings,
      createdAt: at,
    });
    const from = { from: '2021-05-27T00:00:00Z' };
    await insertRows(tx, datasetSources, {
      dataset,
      workspace,
      connection,
      settings: from,
      everyHours: null,
      nextAt: null,
    });
  });
  const payload = { job: job.id, dataset, until: new Date(Date.UTC(2021, 4, 27, hours + 2)).toISOString() };
  const message = { id: newId(), type: 'dataset.import', version: 1, workspace, createdAt: at, payload };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: aws.resources.queueUrls.imports,
      MessageBody: JSON.stringify(message),
    }),
  );
  return { workspace, dataset, job: job.id };
}

async function jobWhen(id: string, condition: (row: JobRow) => boolean): Promise<JobRow> {
  const deadline = Date.now() + 60_000 + megabytes * 900;
  for (;;) {
    const row = await control.database.read.findOneByOrFail(jobs, { id });
    if (condition(row)) return row;
    if (Date.now() > deadline) throw new Error(`the job is ${row.status} at ${row.step} ${row.progress}`);
    await delay(20);
  }
}
const hoursOf = ({ figures }: JobRow) => (figures['bring'] as { hours?: number } | undefined)?.hours ?? 0;
const isOver = ({ finishedAt }: JobRow) => finishedAt !== null;

/** Rows, and rows with different ids, of the dataset's newest feature set, counted in its files. */
async function countRows({ workspace, dataset }: { workspace: string; dataset: string }) {
  const lake = createLake(new S3Client({ forcePathStyle: true }), aws.resources.bucket);
  const row = await control.database.read.findOneByOrFail(datasets, { id: dataset });
  const { manifest } = featureSetKeys(workspace, dataset, row.latestFeatureSet ?? 0);
  const { files } = await lake.getJson(manifest, featureSetManifest);
  const paths: string[] = [];
  for (const { key } of files) {
    const path = `${control.dir}/${newId()}.parquet`;
    await downloadFile(lake, key, path);
    paths.push(stringLiteral(path));
  }
  return withDuckDb({ threads: 1, memoryMb: 500, tempDir: control.dir }, (connection) =>
    queryOne(
      connection,
      `SELECT count(*) AS n, count(DISTINCT uuid) AS ids FROM read_parquet([${paths.join(', ')}])`,
    ),
  );
}

/** The most memory the process has had resident, as the kernel counted it. */
const peakMb = ({ pid }: ChildProcess) =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) / 1024;

test(`an export of ${megabytes} MB is imported by a worker that never has ${memoryLimitMb} MB resident`, async () => {
  const export_ = bigExport(megabytes, 24);
  const imported = await startImport(export_, 6);
  const worker = startWorkers();
  const begun = performance.now();
  const job = await jobWhen(imported.job, isOver);
  expect(job).toMatchObject({ status: 'succeeded', error: null });
  const seconds = (performance.now() - begun) / 1000;
  const peak = peakMb(worker);
  process.stdout.write(
    `imported ${(export_.bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(0)} s, ${peak.toFixed(0)} MB resident at most\n`,
  );
  expect(await countRows(imported)).toEqual({ n: export_.rows, ids: export_.rows });
  expect(peak).toBeLessThan(memoryLimitMb);
});

test(`an import whose worker is killed ${kills} times at random has every row once`, async () => {
  const export_ = bigExport(12, 24);
  const imported = await startImport(export_, 1);
  let hoursDone = 0;
  for (let killed = 0; killed < kills; killed++) {
    const worker = startWorkers();
    // At least one hour further than at the last kill, then anywhere in the next ones: SQS gives a message up at its fifth.
    const row = await jobWhen(imported.job, (now) => hoursOf(now) > hoursDone || isOver(now));
    hoursDone = hoursOf(row);
    await delay(Math.random() * 1000);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
  startWorkers();
  expect(await jobWhen(imported.job, isOver)).toMatchObject({ status: 'succeeded', error: null });
  expect(await countRows(imported)).toEqual({ n: export_.rows, ids: export_.rows });
  const sets = await control.database.read.findBy(featureSets, { dataset: imported.dataset });
  expect(sets.filter(({ readyAt }) => readyAt !== null)).toHaveLength(1);
});
