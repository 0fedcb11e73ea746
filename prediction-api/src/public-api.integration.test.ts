import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { publicOperations } from '@foretell/core/contracts/openapi/public-operations';
import { servingManifestKey } from '@foretell/core/domain/lake-keys';
import { createEvaluator } from '@foretell/core/domain/lightgbm/evaluator';
import { readFixture } from '@foretell/core/domain/lightgbm/fixtures/read-fixture';
import { createLake } from '@foretell/core/node/lake';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { freePort } from '@foretell/local/testing/free-port';
import supertest, { type Response } from 'supertest';
import { ids, keyText, sampleKey, sampleManifest } from './testing/sample-manifest.ts';
import { publishSampleModel, sampleAsOf } from './testing/sample-model.ts';
import { startApiProcess, type ApiProcess } from './testing/start-process.ts';
import { createResponseValidator, routeTable } from './testing/validate-response.ts';

let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
let api: ApiProcess;
let check: ReturnType<typeof createResponseValidator>;

beforeAll(async () => {
  aws = await startAwsWithResources();
  Object.assign(process.env, aws.environment);
  const lake = createLake(new S3Client({ forcePathStyle: true }), aws.resources.bucket);
  const own = await publishSampleModel(lake, { workspace: ids.workspace, id: ids.model, version: 3 });
  const other = await publishSampleModel(lake, {
    workspace: ids.otherWorkspace,
    id: ids.otherModel,
    version: 1,
  });
  const apiKeys = [
    sampleKey('all'),
    sampleKey('other', { workspace: ids.otherWorkspace }),
    sampleKey('ingest', { scopes: ['ingest'] }),
    sampleKey('predict', { scopes: ['predict'] }),
    sampleKey('expired', { expiresAt: '2020-01-01T00:00:00.000Z' }),
    sampleKey('slow', { ratePerSecond: 0.001, burst: 2 }),
    sampleKey('refused', { ratePerSecond: 0.001, burst: 2 }),
  ];
  const manifest = sampleManifest({ models: [own, other], apiKeys });
  await lake.replace(servingManifestKey, JSON.stringify(manifest), null);
  api = await startApiProcess(aws.environment, await freePort());
  check = createResponseValidator(JSON.parse((await supertest(api.url).get('/v1/openapi.json')).text));
});

afterAll(async () => {
  await api.stop('SIGTERM');
  await aws.stop();
});

interface Contribution {
  feature: string;
  contribution: number;
}
interface BatchResult {
  id: string;
  error?: { errors: { field: string }[] };
}
type Operation = Parameters<typeof check>[0];

async function send(
  operation: Operation,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const agent = supertest(api.url);
  const call = publicOperations[operation].method === 'get' ? agent.get(path) : agent.post(path);
  const request = call.set({ 'x-api-key': keyText('all'), ...headers });
  const response = await (body === undefined
    ? request
    : request.set('content-type', headers['content-type'] ?? 'application/json').send(body as object));
  check(operation, response);
  return response;
}

const today = () => new Date().toISOString().slice(0, 10);
const predict = (body: unknown, headers?: Record<string, string>) =>
  send('predict', '/v1/predictions', body, headers);
const recordsPath = (dataset: string) => `/v1/datasets/${dataset}/records`;
const full = { distance: 800, destination: 'D7', carrier: 'DL', date: '2001-03-02T08:30:00Z' };

test('a prediction is what the model says of the online features, the calendar and the request', async () => {
  const { status, body } = await predict({ model: ids.model, entity: 'ATL', features: full });
  expect(status).toBe(200);
  const out = new Float64Array(1);
  createEvaluator(readFixture('binary-missing').model).predict(Float64Array.of(800, 0.25, 8, 7, 1, 0.5), out);
  expect(body).toMatchObject({
    model: ids.model,
    version: 3,
    probability: out[0],
    value: out[0]! >= 0.4,
    source: 'model',
    experiment: null,
    missing: [],
  });
});

test('a model can be named, and what is answered is stored', async () => {
  const days = [today()];
  const { body } = await predict({
    model: 'late flights',
    entity: 'JFK',
    unit: 'u1',
    features: { carrier: 'ZZ' },
  });
  const client = DynamoDBDocumentClient.from(new DynamoDBClient());
  const { Item } = await client.send(
    new GetCommand({ TableName: aws.resources.tables.predictions, Key: { id: body.id } }),
  );
  expect(Item).toMatchObject({
    id: body.id,
    entity: 'JFK',
    unit: 'u1',
    value: body.value,
    probability: body.probability,
    latencyMs: body.latencyMs,
    features: { carrier: 'ZZ', distance: null, delay_mean_7d: -1.5 },
    featuresAsOf: sampleAsOf,
    missing: ['distance', 'destination'],
    modelEntity: `${ids.model}#JFK`,
  });
  // Midnight may have passed meanwhile.
  days.push(today());
  expect(Item!['modelDay']).toMatch(new RegExp(`^${ids.model}#(${days.join('|')})#[0-3]$`));
  expect(Item!['expiresAt']).toBeGreaterThan(Date.now() / 1000 + 89 * 86_400);
});

test('an unknown entity still predicts, and what is missing is said', async () => {
  const { status, body } = await predict({ model: ids.model, entity: 'nobody' });
  expect(status).toBe(200);
  expect(body.missing).toEqual(['distance', 'delay_mean_7d', 'destination', 'carrier', 'days_since_last']);
});

test('features of the request stand over the online ones', async () => {
  const { body } = await predict({ model: ids.model, entity: 'nobody', features: { delay_mean_7d: 3 } });
  expect(body.missing).not.toContain('delay_mean_7d');
});

test('an explanation adds up to the raw score', async () => {
  const { body } = await predict({ model: ids.model, entity: 'ATL', features: full, explain: true });
  const { base, contributions } = body.explanation;
  const sum = contributions.reduce((total: number, each: Contribution) => total + each.contribution, base);
  expect(1 / (1 + Math.exp(-sum))).toBeCloseTo(body.probability, 10);
  expect(contributions.find(({ feature }: Contribution) => feature === 'carrier').value).toBe('DL');
});

test.each([
  [{ entity: 'ATL' }, 'model'],
  [{ model: ids.model }, 'entity'],
  [{ model: ids.model, entity: '' }, 'entity'],
  [{ model: ids.model, entity: 5 }, 'entity'],
  [{ model: ids.model, entity: '✈'.repeat(1000) }, 'entity'],
  [{ model: ids.model, entity: 'ATL', unit: null }, 'unit'],
  [{ model: ids.model, entity: 'ATL', explain: 'yes' }, 'explain'],
  [{ model: ids.model, entity: 'ATL', extra: 1 }, 'extra'],
  [{ model: ids.model, entity: 'ATL', features: [] }, 'features'],
  [{ model: ids.model, entity: 'ATL', features: { distance: [] } }, 'features.distance'],
  [{ model: ids.model, entity: 'ATL', features: { distance: 'far' } }, 'features.distance'],
  [{ model: ids.model, entity: 'ATL', features: { destination: 12 } }, 'features.destination'],
  [{ model: ids.model, entity: 'ATL', features: { date: 'tomorrow' } }, 'features.date'],
  [{ model: ids.model, entity: 'ATL', features: { colour: 'red' } }, 'features.colour'],
  [[], 'body'],
])('%j is refused by the name of its field', async (body, field) => {
  const response = await predict(body);
  expect(response.status).toBe(422);
  expect(response.body.errors.map((error: { field: string }) => error.field)).toContain(field);
});

test('broken JSON and a body of 10 MB are refused, and the server goes on', async () => {
  const broken = await predict('{"model":');
  expect([broken.status, broken.body.errors[0].field]).toEqual([422, 'body']);
  for (const operation of ['predict', 'predictBatch'] as const) {
    const { path } = routeTable.find(({ name }) => name === operation)!;
    const large = await send(operation, path, `"${'x'.repeat(10_000_000)}"`);
    expect([large.status, large.body.errors[0]]).toMatchObject([413, { field: 'body', code: 'too_large' }]);
  }
  expect((await send('sendRecords', recordsPath(ids.dataset), `"${'x'.repeat(2_000_000)}"`)).status).toBe(
    413,
  );
  expect((await predict({ model: ids.model, entity: 'ATL' })).status).toBe(200);
});

const start = `{"model":"${ids.model}","entity":"ATL"`;
test.each([
  ['nothing', '', 'body'],
  ['a lone brace', '{', 'body'],
  ['a literal NaN', `${start},"features":{"distance":NaN}}`, 'body'],
  ['brackets 200,000 deep, unclosed', '['.repeat(200_000), 'body'],
  ['brackets 200,000 deep', '['.repeat(200_000) + ']'.repeat(200_000), 'body'],
  [
    'objects 100,000 deep',
    `${start},"features":{"distance":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}}`,
    'features.distance',
  ],
  ['a number beyond a double', `${start},"features":{"distance":1e999}}`, 'features.distance'],
  ['a number as text', `${start},"features":{"distance":"NaN"}}`, 'features.distance'],
  ['a key __proto__', `${start},"__proto__":{"unit":"u"}}`, '__proto__'],
  ['a feature __proto__', `${start},"features":{"__proto__":{"distance":1}}}`, 'features.__proto__'],
  ['a feature constructor', `${start},"features":{"constructor":1}}`, 'features.constructor'],
  ['a lone surrogate', `${start},"unit":"\\ud800"}`, 'unit'],
  ['a lone surrogate as the entity', `{"model":"${ids.model}","entity":"a\\udc00"}`, 'entity'],
  [
    'a megabyte of unknown features',
    `${start},"features":{${Array.from({ length: 90_000 }, (_, i) => `"f${i}":1`).join()}}}`,
    'features.f0',
  ],
])('%s is a 422 that names its field, and the server goes on', async (_title, body, field) => {
  const response = await predict(body);
  expect(response.status).toBe(422);
  expect(response.headers['content-type']).toBe('application/problem+json');
  expect(response.body.errors[0].field).toBe(field);
  expect(response.text.length).toBeLessThan(20_000);
  expect((await predict({ model: ids.model, entity: 'ATL' })).status).toBe(200);
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonp'])(
  'a body that says it is %s is refused by that header',
  async (type) => {
    const { status, body } = await predict(`${start}}`, { 'content-type': type });
    expect([status, body.errors[0].field]).toEqual([422, 'content-type']);
  },
);

test('every route that asks for a key refuses none, an unknown, a forged and an expired one', async () => {
  for (const { name, operation, path } of routeTable.filter((route) => route.operation.auth === 'apiKey'))
    for (const key of [undefined, 'nonsense', 'fk_nobody_secret', `${keyText('all')}x`, keyText('expired')]) {
      const request = supertest(api.url)[operation.method](path);
      const response = await (key === undefined ? request : request.set('x-api-key', key));
      check(name, response);
      expect([name, key, response.status]).toEqual([name, key, 401]);
    }
});

test('a key without the scope is refused', async () => {
  expect((await predict({ model: ids.model, entity: 'a' }, { 'x-api-key': keyText('ingest') })).status).toBe(
    403,
  );
  const headers = { 'x-api-key': keyText('predict') };
  expect((await send('sendRecords', recordsPath(ids.dataset), { records: [{}] }, headers)).status).toBe(403);
});

test("every route answers 404 for another workspace's id", async () => {
  const { body: batch } = await send(
    'sendRecords',
    recordsPath(ids.otherDataset),
    { records: [{ a: 1 }] },
    {
      'x-api-key': keyText('other'),
    },
  );
  const calls: Record<string, () => Promise<Response>> = {
    predict: () => predict({ model: ids.otherModel, entity: 'ATL' }),
    predictBatch: () =>
      send('predictBatch', '/v1/predictions/batch', { model: ids.otherModel, items: [{ entity: 'ATL' }] }),
    sendRecords: () => send('sendRecords', recordsPath(ids.otherDataset), { records: [{ a: 1 }] }),
    getBatch: () => send('getBatch', `/v1/batches/${batch.batch_id}`),
  };
  for (const { name, operation } of routeTable)
    if (operation.auth === 'apiKey') expect([name, (await calls[name]!()).status]).toEqual([name, 404]);
});

test('an unknown route is a 404 problem', async () => {
  const response = await supertest(api.url).get('/v1/nothing');
  expect([response.status, response.headers['content-type']]).toEqual([404, 'application/problem+json']);
});

test('a key beyond its rate is told when to come back', async () => {
  const headers = { 'x-api-key': keyText('slow') };
  const ask = () => predict({ model: ids.model, entity: 'ATL' }, headers);
  const first = await ask();
  expect(first.headers).toMatchObject({ 'ratelimit-limit': '2', 'ratelimit-remaining': '1' });
  await ask();
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(1);
});

test('a batch that is refused counts as a request', async () => {
  const headers = { 'x-api-key': keyText('refused') };
  const statuses = [];
  for (const items of [[], 'none', []])
    statuses.push(
      (await send('predictBatch', '/v1/predictions/batch', { model: ids.model, items }, headers)).status,
    );
  expect(statuses).toEqual([422, 422, 429]);
});

test('an Idempotency-Key replays the first answer, once, and refuses another body', async () => {
  const headers = { 'idempotency-key': 'order-1' };
  const body = { model: ids.model, entity: 'ATL', features: full };
  const answers = await Promise.all(Array.from({ length: 5 }, () => predict(body, headers)));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect((await predict(body, headers)).text).toBe(answers[0]!.text);
  expect((await predict({ ...body, entity: 'JFK' }, headers)).status).toBe(409);
  const other = { 'idempotency-key': 'order-1', 'x-api-key': keyText('other') };
  expect((await predict({ ...body, model: ids.otherModel }, other)).body.id).not.toBe(answers[0]!.body.id);
});

test('a batch answers every item, and a bad one fails alone', async () => {
  const items = [
    { entity: 'ATL', features: full },
    { entity: 'JFK', features: { nope: 1 } },
    5,
    { entity: 'x' },
  ];
  const { status, body } = await send('predictBatch', '/v1/predictions/batch', { model: ids.model, items });
  expect(status).toBe(200);
  expect(body.results.map((result: BatchResult) => result.error?.errors[0]?.field ?? 'ok')).toEqual([
    'ok',
    'features.nope',
    'item',
    'ok',
  ]);
  const many = Array.from({ length: 1001 }, () => ({ entity: 'a' }));
  expect(
    (await send('predictBatch', '/v1/predictions/batch', { model: ids.model, items: many })).status,
  ).toBe(422);
  const thousand = await send('predictBatch', '/v1/predictions/batch', {
    model: ids.model,
    items: many.slice(1),
  });
  expect(new Set(thousand.body.results.map(({ id }: BatchResult) => id)).size).toBe(1000);
});

test('health, readiness and the document answer without a key', async () => {
  expect((await send('health', '/healthz')).body).toEqual({ status: 'alive' });
  expect((await send('readiness', '/readyz')).body).toMatchObject({
    status: 'ready',
    models: 2,
    manifest: { generation: 1, fresh: true },
    refused: [],
    featuresOnS3: [],
  });
  expect((await send('document', '/v1/openapi.json')).body.openapi).toBe('3.1.0');
});

test('the page of the document names every route, and lets a browser run nothing', async () => {
  const { text, headers } = await send('docs', '/v1/docs');
  for (const { operation } of routeTable)
    expect(text).toContain(`<code>${operation.method.toUpperCase()} ${operation.path}</code>`);
  expect(text).not.toContain('<script');
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]{43}=';/);
});
