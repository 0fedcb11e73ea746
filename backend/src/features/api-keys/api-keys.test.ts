import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import { DomainError } from '@foretell/core/domain/errors';
import { newId } from '@foretell/core/node/new-id';
import { buildServingContent } from '../../manifest/build-manifest.ts';
import { signUp } from '../../testing/sample-workspace.ts';
import { startOfflineBackend } from '../../testing/start-offline-backend.ts';
import { createGatewayRemovalStore } from '../../db/gateway-removals.ts';
import { insertRows } from '../../db/rows.ts';
import { apiKeys, gatewayRemovals } from '../../db/serving.ts';
import { outbox } from '../../db/work.ts';
import { removeGatewayKeys } from '../../relay/remove-gateway-keys.ts';

let backend: Awaited<ReturnType<typeof startOfflineBackend>>;
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
/** What the relay does to API Gateway at `now`. */
const removeDue = (now: number) => {
  const { database, gatewayKeys, logger } = backend;
  const remove = (id: string) => gatewayKeys.remove(id);
  return removeGatewayKeys({ store: createGatewayRemovalStore(database, () => now), remove, logger });
};
const hours = (count: number) => Date.now() + count * 3_600_000;
const admitted = () => [...backend.gatewayKeys.values.keys()];

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

test('a workspace that has a hundred live keys gets no more, and takes none from others', async () => {
  const { apiKey } = await create({ name: 'first' });
  const row = await backend.database.read.findOneByOrFail(apiKeys, { id: apiKey.id });
  const copies = (n: number, expiresAt: string | null) =>
    backend.database.write(async (tx) => {
      for (let i = 0; i < n; i++)
        await insertRows(tx, apiKeys, { ...row, id: newId(), selector: newId().slice(-12), expiresAt });
    });
  await copies(5, new Date(hours(-1)).toISOString());
  await copies(98, new Date(hours(1)).toISOString());
  const again = (as = token) => backend.client.call('createApiKey', { token: as, body: { name: 'k' } });
  expect((await again()).status).toBe(201);
  const refused = await again();
  expect([refused.status, refused.body.detail]).toEqual([
    409,
    'A workspace has 100 API keys at most: revoke one first.',
  ]);
  expect(admitted()).toHaveLength(2);
  expect((await again((await signUp(backend)).token)).status).toBe(201);
  await backend.client.call('revokeApiKey', { token, params: { id: apiKey.id } });
  expect((await again()).status).toBe(201);
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

test('a key that would be over already is not made', async () => {
  const { status, body } = await backend.client.call('createApiKey', {
    token,
    body: { name: 'late', expiresAt: '2020-01-01T00:00:00Z' },
  });
  expect([status, body.errors[0]]).toMatchObject([422, { field: 'expiresAt', code: 'past' }]);
  expect([admitted(), await served()]).toEqual([[], []]);
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

test('API Gateway takes a key before it is shown, under its id, and nothing is left to undo', async () => {
  const { key, apiKey } = await create({ name: 'server' });
  expect([...backend.gatewayKeys.values]).toEqual([[apiKey.id, key]]);
  expect(key.length).toBeLessThanOrEqual(128);
  expect(await backend.database.read.count(gatewayRemovals)).toBe(0);
});

test('API Gateway loses a key when it is revoked, expires, or its overlap is over, and not before', async () => {
  const { apiKey: revoked } = await create({ name: 'revoked' });
  const { apiKey: expires } = await create({ name: 'x', expiresAt: new Date(hours(1)).toISOString() });
  const { apiKey: old } = await create({ name: 'old' });
  const rotated = await backend.client.call('rotateApiKey', {
    token,
    params: { id: old.id },
    body: { overlapHours: 2 },
  });
  const { id: successor } = rotated.body.apiKey;
  await backend.client.call('revokeApiKey', { token, params: { id: revoked.id } });
  await removeDue(Date.now());
  expect(admitted()).toEqual([expires.id, old.id, successor]);
  await removeDue(hours(1.01));
  expect(admitted()).toEqual([old.id, successor]);
  await removeDue(hours(2.01));
  expect(admitted()).toEqual([successor]);
  expect(await backend.database.read.count(gatewayRemovals)).toBe(0);
});

test('while API Gateway makes no keys none is made, and what it may have made leaves it', async () => {
  const late = new DomainError('unavailable', 'API Gateway does not answer.', { retryAfterSeconds: 5 });
  const { gatewayKeys, client, database } = backend;
  const admit = jest.spyOn(gatewayKeys, 'admit').mockImplementationOnce(async (id, value) => {
    admit.mockRestore();
    await gatewayKeys.admit(id, value);
    throw late;
  });
  const { status, headers } = await client.call('createApiKey', { token, body: { name: 'k' } });
  expect([status, headers['retry-after']]).toEqual([503, '5']);
  expect([await database.read.count(apiKeys), admitted()]).toEqual([0, [expect.any(String)]]);
  await removeDue(Date.now() + 60_000);
  expect(admitted()).toHaveLength(1);
  await removeDue(Date.now() + 121_000);
  expect(admitted()).toEqual([]);
});

test('a key whose making took so long that its removal began is not given out', async () => {
  const { gatewayKeys, client, database } = backend;
  const admit = jest.spyOn(gatewayKeys, 'admit').mockImplementationOnce(async (id, value) => {
    admit.mockRestore();
    await gatewayKeys.admit(id, value);
    await removeDue(Date.now() + 121_000);
  });
  const { status } = await client.call('createApiKey', { token, body: { name: 'k' } });
  expect([status, await database.read.count(apiKeys), admitted()]).toEqual([503, 0, []]);
});

test('a removal that fails is tried again until it is done', async () => {
  const { apiKey } = await create({ name: 'server' });
  await backend.client.call('revokeApiKey', { token, params: { id: apiKey.id } });
  jest.spyOn(backend.logger, 'warn').mockImplementation(() => undefined);
  jest.spyOn(backend.gatewayKeys, 'remove').mockRejectedValueOnce(new Error('throttled'));
  expect(await removeDue(Date.now())).toBe(false);
  expect(admitted()).toEqual([apiKey.id]);
  expect(await removeDue(Date.now() + 61_000)).toBe(true);
  expect(admitted()).toEqual([]);
});

test('a rotation that is refused asks nothing of API Gateway', async () => {
  const { apiKey } = await create({ name: 'server' });
  const params = { id: apiKey.id };
  await backend.client.call('rotateApiKey', { token, params, body: {} });
  const before = admitted();
  expect((await backend.client.call('rotateApiKey', { token, params, body: {} })).status).toBe(409);
  expect(admitted()).toEqual(before);
});
