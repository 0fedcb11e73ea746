import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { apiKeyCreated } from '@foretell/core/contracts/control-api/api-keys';
import { dataset } from '@foretell/core/contracts/control-api/datasets';
import { batchStatus, recordsResponse } from '@foretell/core/contracts/public-api';
import { datasetFolder } from '@foretell/core/domain/lake-keys';
import { createLake } from '@foretell/core/node/lake';
import { z } from 'zod';
import { freePort } from '../testing/free-port.ts';
import { startPlatform, type Platform } from './start-platform.ts';

const startMs = 180_000;
/** A person at a laptop is promised a minute. A busy machine may take longer; what it took is printed. */
const visibleMs = 180_000;

let dataDir = '';
let platform: Platform;
const headers: Record<string, string> = { 'content-type': 'application/json' };
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'foretell-streamed-'));
  const [control, publicPort, aws, standIns] = await Promise.all([1, 2, 3, 4].map(() => freePort()));
  const ports = { control: control!, public: publicPort!, aws: aws!, standIns: standIns! };
  platform = await startPlatform({ dataDir, ports, write: () => undefined });
  Object.assign(process.env, platform.environment);
}, startMs);
afterAll(async () => {
  await platform.stop();
  await rm(dataDir, { recursive: true, force: true });
}, startMs);

async function call<S extends z.ZodType>(url: string, schema: S, body?: object): Promise<z.output<S>> {
  const sent = body ? { method: 'POST', body: JSON.stringify(body) } : {};
  const response = await fetch(url, { headers, ...sent });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${JSON.stringify(answer)}`);
  return schema.parse(answer);
}
const control = <S extends z.ZodType>(path: string, schema: S, body?: object) =>
  call(`${platform.urls.control}${path}`, schema, body);
const open = <S extends z.ZodType>(path: string, schema: S, body?: object) =>
  call(`${platform.urls.public}/v1${path}`, schema, body);

async function until<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean, withinMs: number): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(answer)}`);
    await delay(250);
  }
}

/** A workspace with a streamed dataset, and a key that the prediction API knows by now. */
async function startStream(): Promise<string> {
  const account = { email: 'ada@example.com', password: 'a long enough password', workspace: 'Ada' };
  const { token } = await control('/signup', z.object({ token: z.string() }), account);
  headers['authorization'] = `Bearer ${token}`;
  const { key } = await control('/api-keys', apiKeyCreated, { name: 'streams' });
  headers['x-api-key'] = key;
  const created = await control('/datasets', z.object({ dataset }), {
    name: 'visits',
    source: { kind: 'stream' },
  });
  const { id } = created.dataset;
  const isServed = () =>
    fetch(`${platform.urls.public}/v1/datasets/${id}/records`, { method: 'POST', headers, body: '{}' });
  await until(
    async () => (await isServed()).status,
    (status) => status === 422,
    visibleMs,
  );
  return id;
}

let id = '';

test('of 2,000 records with 3 bad ones 1,997 are stored and 3 told by their index; sent again they add nothing', async () => {
  id = await startStream();
  const records: unknown[] = Array.from({ length: 2000 }, (_, i) => ({
    record_id: `visit ${i}`,
    timestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, i)).toISOString(),
    page: `page ${i % 17}`,
    seconds: i % 300,
  }));
  records[0] = 'no object';
  records[1234] = { record_id: 1234, page: 'a' };
  records[1999] = { record_id: 'visit 1999', timestamp: 'yesterday', page: 'a' };
  const rejected = [
    { index: 0, record_id: null, field: '', code: 'invalid_type' },
    { index: 1234, record_id: null, field: 'record_id', code: 'invalid_type' },
    { index: 1999, record_id: 'visit 1999', field: 'timestamp', code: 'invalid_type' },
  ];
  const send = () => open(`/datasets/${id}/records`, recordsResponse, { records });
  const batch = (batchId: string) => open(`/batches/${batchId}`, batchStatus);

  const sentAt = performance.now();
  const first = await send();
  expect(first).toMatchObject({ accepted: 1997, duplicates: 0, rejected });
  const again = { accepted: 0, duplicates: 1997, rejected };
  expect(await send()).toMatchObject(again);
  await until(
    () => batch(first.batch_id),
    ({ status }) => status === 'stored',
    visibleMs,
  );
  const isReady = ({ latestFeatureSet }: z.output<typeof dataset>) => latestFeatureSet !== null;
  const ready = await until(() => control(`/datasets/${id}`, dataset), isReady, visibleMs);
  const seconds = ((performance.now() - sentAt) / 1000).toFixed(1);
  process.stdout.write(`streamed records were in a feature set after ${seconds} s\n`);
  expect(ready).toMatchObject({ latestFeatureSet: 1, rows: 1997 });
  const summary = z.object({ columns: z.array(z.object({ name: z.string(), distinct: z.int() })) });
  expect((await control(`/datasets/${id}/summary`, summary)).columns).toContainEqual({
    name: 'record_id',
    distinct: 1997,
  });

  const replayed = await send();
  expect(replayed).toMatchObject(again);
  expect(await batch(replayed.batch_id)).toMatchObject({ status: 'stored', accepted: 0 });
}, 600_000);

test('once the dataset is deleted it takes no records, and nothing of it is left in the lake', async () => {
  const lake = createLake(new S3Client({ forcePathStyle: true }), platform.resources.bucket);
  const { workspace } = await control('/me', z.object({ workspace: z.object({ id: z.string() }) }));
  const folder = datasetFolder(workspace.id, id);
  expect(await lake.list(folder)).not.toEqual([]);
  const remove = async () =>
    (await fetch(`${platform.urls.control}/datasets/${id}`, { method: 'DELETE', headers })).status;
  // While records become a feature set it is refused.
  await until(remove, (status) => status === 204, visibleMs);
  expect(await remove()).toBe(404);
  const send = async () =>
    (
      await fetch(`${platform.urls.public}/v1/datasets/${id}/records`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ records: [{ page: 'one more' }] }),
      })
    ).status;
  await until(send, (status) => status === 404, visibleMs);
  await until(
    () => lake.list(folder),
    (keys) => keys.length === 0,
    visibleMs,
  );
}, 600_000);
