import { S3Client } from '@aws-sdk/client-s3';
import { servingManifestKey } from '@foretell/core/domain/lake-keys';
import { createLake } from '@foretell/core/node/lake';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { freePort } from '@foretell/local/testing/free-port';
import { rawRequest, sendRaw } from './testing/raw-request.ts';
import { ids, keyText, sampleKey, sampleManifest } from './testing/sample-manifest.ts';
import { publishSampleModel } from './testing/sample-model.ts';
import { startApiProcess, type ApiProcess } from './testing/start-process.ts';

let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
let api: ApiProcess;
beforeAll(async () => {
  aws = await startAwsWithResources();
  Object.assign(process.env, aws.environment);
  const lake = createLake(new S3Client({ forcePathStyle: true }), aws.resources.bucket);
  const model = await publishSampleModel(lake, { workspace: ids.workspace, id: ids.model, version: 1 });
  const manifest = sampleManifest({ models: [model], apiKeys: [sampleKey('all')] });
  await lake.replace(servingManifestKey, JSON.stringify(manifest), null);
  api = await startApiProcess(aws.environment, await freePort());
});
afterAll(async () => {
  await api.stop('SIGTERM');
  await aws.stop();
});

const path = '/v1/predictions';
const key: [string, string] = ['x-api-key', keyText('all')];
const body = JSON.stringify({ model: ids.model, entity: 'ATL' });
const length = (text: string): [string, string] => ['content-length', String(text.length)];
const close: [string, string] = ['connection', 'close'];
const predict = (text: string, ...more: [string, string][]) =>
  rawRequest(path, [key, length(text), ...more], text);
const hidden = predict(body, close);

test('requests sent in one piece are answered in their order, each by itself', async () => {
  const unknown = JSON.stringify({ model: 'nothing', entity: 'ATL' });
  const { statuses } = await sendRaw(api.url, predict(body) + predict(unknown) + predict(body, close));
  expect(statuses).toEqual([200, 404, 200]);
});

test.each([
  ['says how long it is twice', [length(body), ['content-length', '3']]],
  ['says how long it is, and comes in chunks', [length(body), ['transfer-encoding', 'chunked']]],
  ['comes in chunks that are no chunks', [['transfer-encoding', 'xchunked'], close]],
  ['has a space after a header’s name', [['content-length ', String(body.length)]]],
  ['has a negative length', [['content-length', '-1']]],
  ['goes on with a header on its next line', [['x-a', 'b\r\n content-length: 1'], length(body)]],
  ['ends a header with half an end of line', [['x-a', 'b\nx-c: d'], length(body)]],
] as [string, [string, string][]][])(
  'a request that %s is refused whole: what stands behind it is no request',
  async (_, headers) => {
    const { statuses } = await sendRaw(api.url, rawRequest(path, [key, ...headers], body + hidden));
    expect(statuses).toEqual([400]);
  },
);

test('a body that is longer than it says is no prediction, and its rest no request', async () => {
  const short: [string, string] = ['content-length', '5'];
  const { statuses } = await sendRaw(api.url, rawRequest(path, [key, short], body));
  // The refusal of the rest may overtake the other answer.
  expect([422, 400]).toEqual(expect.arrayContaining(statuses));
  expect(statuses.at(-1)).toBe(400);
});

test('a body that ends too early is no prediction', async () => {
  const long: [string, string] = ['content-length', String(body.length + 1)];
  const { statuses } = await sendRaw(api.url, rawRequest(path, [key, long], body), 'then ends');
  expect(statuses).toEqual([400]);
  expect((await sendRaw(api.url, hidden)).statuses).toEqual([200]);
});

test('headers of more than 16 KB are refused', async () => {
  const { statuses } = await sendRaw(api.url, predict(body, ['x-large', 'a'.repeat(17_000)]));
  expect(statuses).toEqual([431]);
});

test('an absolute address and a query reach the same route, another method does not', async () => {
  const of = (line: string) => sendRaw(api.url, hidden.replace(`POST ${path}`, line));
  expect((await of(`POST http://elsewhere.example.com${path}`)).statuses).toEqual([200]);
  expect((await of(`POST ${path}?explain=true`)).statuses).toEqual([200]);
  expect((await of(`PUT ${path}`)).statuses).toEqual([404]);
  expect((await of(`POST /v1/../v1/predictions`)).statuses).toEqual([404]);
});

test('after all of it nothing was a fault of ours', () => {
  expect(api.log()).not.toContain('"level":"error"');
});
