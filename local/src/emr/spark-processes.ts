import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { repositoryRoot } from '../repository-root.ts';
import { sparkJars } from './spark-jars.ts';

/** A program for Spark, as both kinds of EMR are asked for it. */
export interface SparkProgram {
  /** What makes the caller's second request the same as its first. */
  token: string;
  name: string;
  entryPoint: string;
  args: string[];
  /** As given to spark-submit: `--conf name=value …`. */
  parameters: string[];
  /** Where its log goes: s3://bucket/key, gzipped, once it has ended. */
  logKey: (id: string) => { bucket: string; key: string };
}

export type SparkState = 'queued' | 'running' | 'success' | 'failed' | 'cancelled';

export interface SparkProcess {
  id: string;
  program: SparkProgram;
  state: SparkState;
  startedAt: Date;
  updatedAt: Date;
  /** Why it failed. */
  details: string;
}

export interface SparkProcesses {
  /** The same token starts one program. */
  start(program: SparkProgram): SparkProcess;
  find(id: string): SparkProcess | undefined;
  all(): SparkProcess[];
  cancel(id: string): Promise<void>;
  /** Ends those that run, and waits. */
  close(): Promise<void>;
}

export interface SparkProcessesOptions {
  s3: S3Client;
  sqs: SQSClient;
  /** Where EventBridge's rule sends EMR's state changes. */
  eventsUrl: string;
  eventOf: (process: SparkProcess) => object;
  /** The local S3, for s3:// addresses inside Spark. */
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
}

const venv = join(repositoryRoot, '.tools/spark');
const keptLogChars = 200_000;

/** What a cluster's own defaults would hold: how many cores there are, and which S3 is meant. */
function clusterConf({ endpoint, accessKeyId, secretAccessKey }: SparkProcessesOptions): string[] {
  const s3a = {
    endpoint,
    'endpoint.region': 'us-east-1',
    'path.style.access': 'true',
    'connection.ssl.enabled': 'false',
    'access.key': accessKeyId,
    'secret.key': secretAccessKey,
  };
  const conf = {
    'spark.ui.enabled': 'false',
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.driver.extraJavaOptions': '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
    'spark.sql.shuffle.partitions': '2',
    'spark.hadoop.fs.s3.impl': 'org.apache.hadoop.fs.s3a.S3AFileSystem',
    ...Object.fromEntries(Object.entries(s3a).map(([name, value]) => [`spark.hadoop.fs.s3a.${name}`, value])),
  };
  return Object.entries(conf).flatMap(([name, value]) => ['--conf', `${name}=${value}`]);
}

/** Runs programs as EMR does, by the real spark-submit on two cores of this machine, one at a time. */
export function createSparkProcesses(options: SparkProcessesOptions): SparkProcesses {
  const byId = new Map<string, SparkProcess>();
  const children = new Map<string, ChildProcess>();
  let last: Promise<void> = Promise.resolve();

  async function change(process: SparkProcess, state: SparkState, details = ''): Promise<void> {
    Object.assign(process, { state, details, updatedAt: new Date() });
    const MessageBody = JSON.stringify(options.eventOf(process));
    await options.sqs.send(new SendMessageCommand({ QueueUrl: options.eventsUrl, MessageBody }));
  }

  async function keepLog({ id, program }: SparkProcess, log: string): Promise<void> {
    const { bucket: Bucket, key: Key } = program.logKey(id);
    await options.s3.send(new PutObjectCommand({ Bucket, Key, Body: gzipSync(log) }));
  }

  async function run(process: SparkProcess): Promise<void> {
    if (process.state === 'cancelled') return;
    await change(process, 'running');
    const { status, log } = await submit(process);
    await keepLog(process, log);
    if ((process.state as SparkState) === 'cancelled') return;
    if (status === 0) await change(process, 'success');
    else
      await change(process, 'failed', `Job failed: spark-submit exited with status ${status ?? 'unknown'}`);
  }

  function submit({ id, program }: SparkProcess): Promise<{ status: number | null; log: string }> {
    const args = [
      ...['--master', 'local[2]', '--driver-memory', '2g', '--name', program.name],
      ...['--driver-class-path', sparkJars('s3a').join(':')],
      ...program.parameters,
      ...clusterConf(options),
      program.entryPoint,
      ...program.args,
    ];
    return new Promise((resolve) => {
      const child = spawn(join(venv, 'bin/spark-submit'), args, {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: globalThis.process.env['PATH'],
          PYSPARK_PYTHON: join(venv, 'bin/python'),
          SPARK_LOCAL_IP: '127.0.0.1',
        },
      });
      children.set(id, child);
      let log = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-keptLogChars)));
      child.once('error', (error) => {
        children.delete(id);
        resolve({ status: null, log: `${log}\n${error.message}` });
      });
      child.once('close', (status) => {
        children.delete(id);
        resolve({ status, log });
      });
    });
  }

  function end(id: string): void {
    const pid = children.get(id)?.pid;
    if (pid !== undefined) globalThis.process.kill(-pid, 'SIGKILL');
  }

  return {
    start(program) {
      const known = [...byId.values()].find(({ program: { token } }) => token === program.token);
      if (known) return known;
      const at = new Date();
      const process: SparkProcess = {
        id: `00${randomBytes(8).toString('hex')}`,
        program,
        state: 'queued',
        startedAt: at,
        updatedAt: at,
        details: '',
      };
      byId.set(process.id, process);
      last = last
        .then(() => run(process))
        .catch((error: unknown) => {
          Object.assign(process, { state: 'failed', details: String(error), updatedAt: new Date() });
        });
      return process;
    },
    find: (id) => byId.get(id),
    all: () => [...byId.values()],
    async cancel(id) {
      const process = byId.get(id);
      if (process?.state !== 'queued' && process?.state !== 'running') return;
      const cancelled = change(process, 'cancelled');
      end(id);
      await cancelled;
    },
    async close() {
      for (const process of byId.values()) if (process.state === 'queued') process.state = 'cancelled';
      for (const id of children.keys()) end(id);
      await last;
    },
  };
}
