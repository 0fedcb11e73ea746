import { createHash } from 'node:crypto';
import { buildServingContent } from '../../manifest/build-manifest.ts';
import { signUp } from '../../testing/sample-workspace.ts';
import { startOfflineBackend } from '../../testing/start-offline-backend.ts';
import type { TestBackend } from '../../testing/start-test-backend.ts';
import { apiKeys } from '../../db/serving.ts';
import { outbox } from '../../db/work.ts';

let backend: TestBackend;
let token: string;
let workspace: string;
beforeEach(async () => {
  backend = await startOfflineBackend();
  ({ token, workspace } = await signUp(backend));
});
afterEach(() => backend.stop());

const served = async (now = new Date()) => (await buildServingContent(backend.database.read, now)).apiKeys;
const marks = () => backend.database.read.countBy(outbox, { kind: 'manifest' });
const create = async (body: object) => (await backend.client.call('createApiKey', { token, body })).body;

test('a key is served by selector and by the SHA-256 of its secret, which is kept nowhere', async () => {
  const { key, apiKey } = await create({ name: 'server', scopes: ['predict'], ratePerSecond: 0.5, burst: 3 });
  const [, selector, secret] = key.split('_');
  expect(apiKey.prefix).toBe(`fk_${selector}`);
  const verifier = createHash('sha256').update(secret).digest('hex');
  const limits = { scopes: ['predict'], expiresAt: null, ratePerSecond: 0.5, burst: 3 };
  expect(await served()).toEqual([{ selector, verifier, workspace, ...limits }]);
  expect(JSON.stringify(await backend.database.read.find(apiKeys))).not.toContain(secret);
  expect(await marks()).toBe(1);
});

test('a rotated key works beside the new one until the overlap is over', async () => {
  const { apiKey: old } = await create({ name: 'server', burst: 7 });
  const rotated = await backend.client.call('rotateApiKey', {
    token,
    params: { id: old.id },
    body: { overlapHours: 2 },
  });
  expect(rotated.body.apiKey).toMatchObject({ name: 'server', burst: 7, expiresAt: null });
  const selectors = (keys: { selector: string }[]) => keys.map(({ selector }) => `fk_${selector}`);
  expect(selectors(await served()).toSorted()).toEqual([old.prefix, rotated.body.apiKey.prefix].toSorted());
  const later = new Date(Date.now() + 2.01 * 3_600_000);
  expect(selectors(await served(later))).toEqual([rotated.body.apiKey.prefix]);
  const again = await backend.client.call('rotateApiKey', { token, params: { id: old.id }, body: {} });
  expect(again.status).toBe(409);
});

test('an overlap never prolongs a key, and none ends it at once', async () => {
  const soon = new Date(Date.now() + 60_000).toISOString();
  const { apiKey } = await create({ name: 'short', expiresAt: soon });
  await backend.client.call('rotateApiKey', { token, params: { id: apiKey.id }, body: { overlapHours: 24 } });
  const old = await backend.database.read.findOneByOrFail(apiKeys, { id: apiKey.id });
  expect(old.expiresAt).toBe(soon);
  const { apiKey: other } = await create({ name: 'leaked' });
  await backend.client.call('rotateApiKey', { token, params: { id: other.id }, body: { overlapHours: 0 } });
  expect((await served()).map(({ selector }) => `fk_${selector}`)).not.toContain(other.prefix);
});

test('a revoked key is served no more, listed no more and revoked once', async () => {
  const { apiKey } = await create({ name: 'server' });
  const params = { id: apiKey.id };
  expect((await backend.client.call('revokeApiKey', { token, params })).status).toBe(204);
  expect(await served()).toEqual([]);
  expect((await backend.client.call('listApiKeys', { token })).body.items).toEqual([]);
  expect((await backend.client.call('revokeApiKey', { token, params })).status).toBe(404);
  expect((await backend.client.call('rotateApiKey', { token, params, body: {} })).status).toBe(404);
  expect(await marks()).toBe(2);
});

test('an expiry with an offset is kept as the same moment in UTC', async () => {
  const { apiKey } = await create({ name: 'k', expiresAt: '2099-01-01T02:00:00+02:00' });
  expect(apiKey.expiresAt).toBe('2099-01-01T00:00:00.000Z');
});

test.each([
  ['no scope', { name: 'k', scopes: [] }, 'scopes'],
  ['an unknown scope', { name: 'k', scopes: ['admin'] }, 'scopes.0'],
  ['a rate of nothing', { name: 'k', ratePerSecond: 0 }, 'ratePerSecond'],
  ['no name', {}, 'name'],
])('a key with %s is refused by naming the field', async (_, body, field) => {
  const answer = await backend.client.call('createApiKey', { token, body });
  expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
});
