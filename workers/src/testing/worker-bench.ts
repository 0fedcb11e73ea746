import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { queuedJob } from '@foretell/backend/db/add-job';
import { datasets } from '@foretell/backend/db/data';
import { insertRows } from '@foretell/backend/db/rows';
import {
  connections,
  datasetSources,
  type ConnectionPlace,
  type DatasetSourceRow,
} from '@foretell/backend/db/sources';
import { jobs, type JobRow } from '@foretell/backend/db/work';
import { featureSetManifest } from '@foretell/core/contracts/feature-set';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import { createLake } from '@foretell/core/node/lake';
import { downloadFile } from '@foretell/core/node/lake-files';
import { newId } from '@foretell/core/node/new-id';
import { identifier, stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, withDuckDb, type Row } from '@foretell/spark-jobs/duckdb';
import { startTestDatabase } from './database.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

type Asked = ConnectionPlace & {
  credentials: object;
  /** Of the dataset's source. */
  asked: DatasetSourceRow['settings'];
  timeColumn: string | null;
  until: string;
};

export interface StartedImport {
  workspace: string;
  dataset: string;
  job: string;
}

interface Aws {
  environment: Record<string, string>;
  resources: { bucket: string; queueUrls: { imports: string } };
  stop(): Promise<void>;
}

/** The workers as processes, on a local AWS, which it stops, and a database of their own: to be killed while they import. */
export async function startWorkerBench(startAws: () => Promise<Aws>) {
  const [aws, control] = await Promise.all([startAws(), startTestDatabase()]);
  Object.assign(process.env, aws.environment);
  const sqs = new SQSClient();
  const started: ChildProcess[] = [];

  async function send({ workspace, dataset, job }: StartedImport, until: string): Promise<void> {
    const message = {
      id: newId(),
      type: 'dataset.import',
      version: 1,
      workspace,
      createdAt: new Date().toISOString(),
      payload: { job, dataset, until },
    };
    const MessageBody = JSON.stringify(message);
    await sqs.send(new SendMessageCommand({ QueueUrl: aws.resources.queueUrls.imports, MessageBody }));
  }

  const bench = {
    database: control.database,
    bucket: aws.resources.bucket,

    /** `more`: environment beside what every worker of the bench has. */
    startWorkers(more: Record<string, string> = {}): ChildProcess {
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
          DUCKDB_JE_MALLOC_CONF: 'narenas:1',
          NODE_OPTIONS: '--max-semi-space-size=2',
          ...more,
        },
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      started.push(child);
      return child;
    },

    killWorkers() {
      for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
    },

    /** A dataset over a connection, and the message that has it imported. */
    async startImport({ credentials, asked, timeColumn, until, ...place }: Asked): Promise<StartedImport> {
      const [workspace, connection, dataset, secretRef] = [newId(), newId(), newId(), newId()];
      const SecretString = JSON.stringify(credentials);
      await new SecretsManagerClient().send(new CreateSecretCommand({ Name: secretRef, SecretString }));
      const job = queuedJob(workspace, 'dataset.import', { kind: 'dataset', id: dataset });
      const at = job.createdAt;
      await control.database.write(async (tx) => {
        await insertRows(tx, jobs, job);
        await insertRows(tx, datasets, {
          id: dataset,
          workspace,
          name: 'events',
          source: place.kind === 'amplitude' ? 'amplitude' : 'warehouse',
          timeColumn,
          status: 'importing',
          latestFeatureSet: null,
          rows: null,
          schema: null,
          createdAt: at,
          updatedAt: at,
        });
        await insertRows(tx, connections, {
          id: connection,
          workspace,
          name: place.kind,
          secretRef,
          createdAt: at,
          ...place,
        });
        await insertRows(tx, datasetSources, {
          dataset,
          workspace,
          connection,
          settings: asked,
          everyHours: null,
          nextAt: null,
        });
      });
      const started = { workspace, dataset, job: job.id };
      await send(started, until);
      return started;
    },

    /** Of the same dataset, what there is now. */
    async importAgain({ workspace, dataset }: StartedImport): Promise<StartedImport> {
      const job = queuedJob(workspace, 'dataset.import', { kind: 'dataset', id: dataset });
      await control.database.write((tx) => insertRows(tx, jobs, job));
      const started = { workspace, dataset, job: job.id };
      await send(started, job.createdAt);
      return started;
    },

    async jobWhen(id: string, condition: (row: JobRow) => boolean, timeoutMs: number): Promise<JobRow> {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const row = await control.database.read.findOneByOrFail(jobs, { id });
        if (condition(row)) return row;
        if (Date.now() > deadline) throw new Error(`the job is ${row.status} at ${row.step} ${row.progress}`);
        await delay(20);
      }
    },

    /** What a query answers of "events", the dataset's newest feature set, asked of its files. */
    async ask({ workspace, dataset }: StartedImport, sql: string): Promise<Row[]> {
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
      return withDuckDb({ threads: 1, memoryMb: 500, tempDir: control.dir }, async (connection) => {
        await connection.run(`CREATE VIEW events AS SELECT * FROM read_parquet([${paths.join(', ')}])`);
        return query(connection, sql);
      });
    },

    /** Rows, and rows with different ids, of the dataset's newest feature set. */
    async countRows(imported: StartedImport, idColumn: string) {
      const ids = `count(DISTINCT ${identifier(idColumn)}) AS ids`;
      return (await bench.ask(imported, `SELECT count(*) AS n, ${ids} FROM events`))[0];
    },

    async stop() {
      sqs.destroy();
      await Promise.all([aws.stop(), control.stop()]);
    },
  };
  return bench;
}
export type WorkerBench = Awaited<ReturnType<typeof startWorkerBench>>;

/** The most memory the process has had resident, as the kernel counted it. */
export const peakMb = ({ pid }: ChildProcess) =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) / 1024;
