import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { servingManifest } from '@foretell/core/contracts/serving-manifest';
import { servingManifestKey } from '@foretell/core/domain/lake-keys';
import { createLake } from '@foretell/core/node/lake';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { freePort } from '@foretell/local/testing/free-port';
import { databaseEngines } from '@foretell/local/testing/test-databases';

const folder = import.meta.dirname;
let environment: Record<string, string>;
let base: string;
let stop: () => Promise<void>;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  const [aws, database, port] = [
    await startAwsWithResources(),
    await databaseEngines[0]!.start(),
    await freePort(),
  ];
  environment = {
    ...aws.environment,
    DATABASE_URL: database.url,
    HOST: '127.0.0.1',
    PORT: String(port),
    DASHBOARD_DIR: folder,
    PUBLIC_API_URL: 'http://127.0.0.1:4001',
  };
  base = `http://127.0.0.1:${port}`;
  stop = async () => {
    for (const child of running) child.kill('SIGKILL');
    await database.stop();
    await aws.stop();
  };
});
afterAll(() => stop());

function run(file: string, variables: Record<string, string>) {
  const child = spawn(process.execPath, [`${folder}/${file}`], {
    env: variables,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => void (output += String(data)));
  running.add(child);
  const exited = once(child, 'close').then(([code]) => {
    running.delete(child);
    return { code: code as number | null, output };
  });
  return { child, exited };
}

async function startBackend() {
  const backend = run('main.ts', environment);
  const isReady = () =>
    fetch(`${base}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (!running.has(backend.child)) throw new Error((await backend.exited).output);
    await sleep(50);
  }
  return backend;
}

async function post(path: string, body: object, token = '') {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const response = await fetch(`${base}/api/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('a process with an incomplete environment names every missing variable and exits 1', async () => {
  const { LAKE_BUCKET: _, QUEUE_URL_METRICS: __, ...rest } = environment;
  const { code, output } = await run('main.ts', rest).exited;
  expect(code).toBe(1);
  expect(output).toContain('LAKE_BUCKET');
  expect(output).toContain('QUEUE_URL_METRICS');
});

test('without its tables the process exits 1; the migration makes them, and does nothing the second time', async () => {
  const backend = run('main.ts', environment);
  const { code } = await backend.exited;
  expect(code).toBe(1);
  for (let i = 0; i < 2; i++) expect((await run('migrate.ts', environment).exited).code).toBe(0);
});

test('what was answered is in the manifest, however the process is killed afterwards', async () => {
  Object.assign(process.env, environment);
  const lake = createLake(new S3Client({ forcePathStyle: true }), environment['LAKE_BUCKET']!);
  let backend = await startBackend();
  const account = { email: 'a@example.com', password: 'correct horse battery', workspace: 'W' };
  const token = (await post('signup', account)).body['token'] as string;
  const prefixes: string[] = [];
  for (let i = 0; i < 3; i++) {
    const { status, body } = await post('api-keys', { name: `key ${i}` }, token);
    backend.child.kill('SIGKILL');
    expect(status).toBe(201);
    prefixes.push((body['apiKey'] as { prefix: string }).prefix);
    await backend.exited;
    backend = await startBackend();
  }
  const served = async () =>
    (await lake.getJson(servingManifestKey, servingManifest)).apiKeys.map(({ selector }) => `fk_${selector}`);
  while ((await served()).length < prefixes.length) await sleep(200);
  expect((await served()).toSorted()).toEqual(prefixes.toSorted());
  backend.child.kill('SIGTERM');
  const { code, output } = await backend.exited;
  expect([code, output]).toEqual([0, expect.stringContaining('drained')]);
  expect(output).not.toContain(token);
}, 300_000);
