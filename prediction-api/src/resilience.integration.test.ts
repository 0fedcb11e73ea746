import { createServer, request as forward, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import type { ServingModel } from '@foretell/core/contracts/serving-manifest';
import { servingManifestKey } from '@foretell/core/domain/lake-keys';
import { createLake, type Lake } from '@foretell/core/node/lake';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { freePort } from '@foretell/local/testing/free-port';
import { ids, keyText, sampleKey, sampleManifest } from './testing/sample-manifest.ts';
import { publishSampleModel } from './testing/sample-model.ts';
import { startApiProcess, type ApiProcess } from './testing/start-process.ts';

let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
let lake: Lake;
let api: ApiProcess;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let generation = 0;

/** Stands between the API and AWS; while a service is `down`, its calls are cut. */
async function startGateway(endpoint: string) {
  const down = new Set<'s3' | 'sqs' | 'dynamodb'>();
  const target = new URL(endpoint);
  const serviceOf = (name: string) =>
    name.startsWith('DynamoDB') ? 'dynamodb' : name.startsWith('AmazonSQS') ? 'sqs' : 's3';
  const server: Server = createServer((request, response) => {
    if (down.has(serviceOf(String(request.headers['x-amz-target'] ?? '')))) {
      request.socket.destroy();
      return;
    }
    const { method, url: path, headers } = request;
    const onward = forward({ host: target.hostname, port: target.port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { down, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

beforeAll(async () => {
  aws = await startAwsWithResources();
  Object.assign(process.env, aws.environment);
  lake = createLake(new S3Client({ forcePathStyle: true }), aws.resources.bucket);
  gateway = await startGateway(aws.environment['AWS_ENDPOINT_URL']!);
  await publish(await model(1));
  const throughGateway = Object.entries(aws.environment).map(([name, value]) => [
    name,
    value.replace(aws.environment['AWS_ENDPOINT_URL']!, gateway.url),
  ]);
  api = await startApiProcess(Object.fromEntries(throughGateway), await freePort());
});

afterEach(() => gateway.down.clear());

afterAll(async () => {
  await api.stop('SIGKILL');
  gateway.server.closeAllConnections();
  gateway.server.close();
  await aws.stop();
});

const model = (version: number) =>
  publishSampleModel(lake, { workspace: ids.workspace, id: ids.model, version });

async function publish(
  served: ServingModel,
  apiKeys = [sampleKey('all'), sampleKey('second')],
): Promise<void> {
  const manifest = sampleManifest({ generation: ++generation, models: [served], apiKeys });
  const before = await lake.get(servingManifestKey).catch(() => null);
  await lake.replace(servingManifestKey, JSON.stringify(manifest), before?.etag ?? null);
}

async function ask(
  key = keyText('all'),
): Promise<{ status: number; version: number; retryAfter: string | null }> {
  const response = await fetch(`${api.url}/v1/predictions`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ model: ids.model, entity: 'ATL' }),
  });
  const { version } = (await response.json()) as { version: number };
  return { status: response.status, version, retryAfter: response.headers.get('retry-after') };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('It did not come to pass in 60 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a new version is swapped in under load without a failed or a mixed answer', async () => {
  const answers: { status: number; version: number }[] = [];
  let done = false;
  const load = Promise.all(
    Array.from({ length: 8 }, async () => {
      while (!done) answers.push(await ask());
    }),
  );
  await publish(await model(2));
  await until(async () => (await ask()).version === 2);
  await publish(await model(3));
  await until(async () => (await ask()).version === 3);
  await until(() => Promise.resolve(answers.length > 20));
  done = true;
  await load;
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await ask()).version).toBe(3);
});

test('a revoked key stops working with the next manifest', async () => {
  expect((await ask(keyText('second'))).status).toBe(200);
  await publish(await model(4), [sampleKey('all')]);
  await until(async () => (await ask(keyText('second'))).status === 401);
  expect((await ask()).status).toBe(200);
});

test('predictions go on while S3 and SQS are down, and readiness with them', async () => {
  gateway.down.add('s3').add('sqs');
  await new Promise((resolve) => setTimeout(resolve, 500));
  for (let i = 0; i < 20; i++) expect((await ask()).status).toBe(200);
  expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
  const records = await fetch(`${api.url}/v1/datasets/${ids.openDataset}/records`, {
    method: 'POST',
    headers: { 'x-api-key': keyText('all'), 'content-type': 'application/json' },
    body: JSON.stringify({ records: [{ a: 1 }] }),
  });
  expect([records.status, records.headers.get('retry-after')]).toEqual([503, '2']);
});

test('a prediction is not answered while it cannot be stored, and is once it can', async () => {
  gateway.down.add('dynamodb');
  const waiting = ask();
  const early = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 700, 'waiting'))]);
  expect(early).toBe('waiting');
  gateway.down.clear();
  expect((await waiting).status).toBe(200);
});
