import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  CreateUsagePlanCommand,
  GetApiKeysCommand,
  GetResourcesCommand,
  GetUsagePlanKeysCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
} from '@aws-sdk/client-api-gateway';
import { newId } from '@foretell/core/node/new-id';
import { startMinistack, type TestMinistack } from '@foretell/local/testing/ministack';
import { startMoto, type TestMoto } from '@foretell/local/testing/moto';
import { createMemoryGatewayKeys } from '../../testing/memory-gateway-keys.ts';
import { createGatewayKeys, type GatewayKeys } from './gateway-keys.ts';
import { newApiKey } from './new-api-key.ts';

const stageName = 'live';
const credentials = { accessKeyId: 'foretell-local', secretAccessKey: 'foretell-local' };
let [ministack, moto]: [TestMinistack?, TestMoto?] = [];
let gateways: Record<'ministack' | 'moto', APIGatewayClient>;
beforeAll(async () => {
  [ministack, moto] = await Promise.all([startMinistack(), startMoto()]);
  const { endpoint } = ministack;
  gateways = {
    ministack: new APIGatewayClient({ endpoint, region: 'us-east-1', credentials }),
    moto: new APIGatewayClient(moto.client),
  };
});
afterAll(async () => {
  for (const client of Object.values(gateways)) client.destroy();
  await Promise.all([ministack?.stop(), moto?.stop()]);
});

/** A usage plan among others; answers its name, and the keys on it that there still are. */
async function planOn(client: APIGatewayClient, restApiId?: string) {
  const name = `plan-${newId()}`;
  const apiStages = restApiId === undefined ? [] : [{ apiId: restApiId, stage: stageName }];
  await client.send(new CreateUsagePlanCommand({ name: `${name}-other` }));
  const { id: usagePlanId } = await client.send(new CreateUsagePlanCommand({ name, apiStages }));
  const taken = async () => {
    const { items: onPlan = [] } = await client.send(new GetUsagePlanKeysCommand({ usagePlanId }));
    const { items: all = [] } = await client.send(new GetApiKeysCommand({ includeValues: true }));
    return all.filter(({ id }) => onPlan.some((key) => key.id === id)).map(({ value }) => value);
  };
  return { name, taken };
}

interface Engine {
  keys: GatewayKeys;
  taken: () => Promise<(string | undefined)[]>;
}
const onStandIn = (name: 'ministack' | 'moto') => async (): Promise<Engine> => {
  const plan = await planOn(gateways[name]);
  return { keys: createGatewayKeys(gateways[name], plan.name), taken: plan.taken };
};
const inMemory = (): Promise<Engine> => {
  const keys = createMemoryGatewayKeys();
  return Promise.resolve({ keys, taken: () => Promise.resolve([...keys.values.values()]) });
};

describe.each<[string, () => Promise<Engine>]>([
  ['ministack', onStandIn('ministack')],
  ['moto, where values are unique as on AWS', onStandIn('moto')],
  ['memory', inMemory],
])('the keys of API Gateway on %s', (_, start) => {
  test('are taken from admission to removal, both of which may be repeated', async () => {
    const { keys, taken } = await start();
    const made = Array.from({ length: 3 }, () => ({ id: newId(), value: newApiKey().key }));
    for (const { id, value } of made) await keys.admit(id, value);
    expect((await taken()).toSorted()).toEqual(made.map(({ value }) => value).toSorted());
    const [first, ...others] = made;
    for (let i = 0; i < 2; i++) await keys.remove(first!.id);
    await keys.remove(newId());
    expect((await taken()).toSorted()).toEqual(others.map(({ value }) => value).toSorted());
  });
});

test('an admission whose answer was lost is repeated, and makes no second key', async () => {
  const { name, taken } = await planOn(gateways.moto);
  const [id, value] = [newId(), newApiKey().key];
  await gateways.moto.send(new CreateApiKeyCommand({ name: id, value, enabled: true }));
  await createGatewayKeys(gateways.moto, name).admit(id, value);
  expect(await taken()).toEqual([value]);
});

/** An API that asks for a key and answers 200 by itself; answers the status that a caller sees. */
async function guardedApi(client: APIGatewayClient) {
  const { id: restApiId } = await client.send(new CreateRestApiCommand({ name: 'guarded' }));
  const { items = [] } = await client.send(new GetResourcesCommand({ restApiId }));
  const method = { restApiId, resourceId: items[0]?.id, httpMethod: 'GET' };
  await client.send(new PutMethodCommand({ ...method, authorizationType: 'NONE', apiKeyRequired: true }));
  const requestTemplates = { 'application/json': '{"statusCode": 200}' };
  await client.send(new PutIntegrationCommand({ ...method, type: 'MOCK', requestTemplates }));
  await client.send(new PutMethodResponseCommand({ ...method, statusCode: '200' }));
  await client.send(new PutIntegrationResponseCommand({ ...method, statusCode: '200' }));
  await client.send(new CreateDeploymentCommand({ restApiId, stageName }));
  const url = `${ministack!.endpoint}/restapis/${String(restApiId)}/${stageName}/_user_request_/`;
  const statusFor = async (key: string) => (await fetch(url, { headers: { 'x-api-key': key } })).status;
  return { restApiId, statusFor };
}

test('a caller with the key is let through by API Gateway itself, and no more once it is removed', async () => {
  const { restApiId, statusFor } = await guardedApi(gateways.ministack);
  const { name } = await planOn(gateways.ministack, restApiId);
  const keys = createGatewayKeys(gateways.ministack, name);
  const [id, value] = [newId(), newApiKey().key];
  expect(await statusFor(value)).toBe(403);
  await keys.admit(id, value);
  expect([await statusFor(value), await statusFor(newApiKey().key)]).toEqual([200, 403]);
  await keys.remove(id);
  expect(await statusFor(value)).toBe(403);
});

test('without its usage plan no key is made, and the plan is named', async () => {
  const keys = createGatewayKeys(gateways.ministack, 'foretell-nowhere');
  const admitting = keys.admit(newId(), newApiKey().key);
  await expect(admitting).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('foretell-nowhere'),
  });
});

/** An API Gateway that answers each call like this, or (null) never. */
async function withAnswer<T>(
  answer: { status: number; type: string } | null,
  work: (keys: GatewayKeys) => Promise<T>,
): Promise<T> {
  const server = createServer((_, response) => {
    if (!answer) return;
    response.writeHead(answer.status, {
      'x-amzn-errortype': answer.type,
      'content-type': 'application/json',
    });
    response.end(JSON.stringify({ message: 'as AWS says' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new APIGatewayClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
    // What answers has all the time it takes; what never does is waited for no longer than this.
    requestHandler: { requestTimeout: answer ? 60_000 : 500, throwOnRequestTimeout: true },
  });
  try {
    return await work(createGatewayKeys(client, 'plan'));
  } finally {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
}

test.each([
  ['has too many calls', { status: 429, type: 'TooManyRequestsException' }, 'only a few keys a second', 5],
  ['holds no more keys', { status: 429, type: 'LimitExceededException' }, 'as AWS says', undefined],
  ['fails', { status: 500, type: 'InternalFailure' }, 'does not answer', 5],
  ['never answers', null, 'does not answer', 5],
])('while API Gateway %s the caller is told to wait, in words', async (_, answer, words, seconds) => {
  const { key } = newApiKey();
  const error = await withAnswer(answer, (keys) => keys.admit(newId(), key)).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining(words),
    retryAfterSeconds: seconds,
  });
});

test('a call that is not allowed is a fault of ours, and is not called a busy gateway', async () => {
  const denied = { status: 403, type: 'AccessDeniedException' };
  const error = await withAnswer(denied, (keys) => keys.admit(newId(), newApiKey().key)).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'AccessDeniedException' });
  expect(error).not.toHaveProperty('code', 'unavailable');
});
