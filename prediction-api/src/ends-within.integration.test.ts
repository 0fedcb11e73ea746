import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { endsWithin } from './ends-within.ts';
import { createWriteItems } from './prediction-log/write-items.ts';

/** Long enough for a busy machine to bring the request to the server. */
const timeoutMs = 1000;

/** A client of a service that takes every request, and answers it so. */
async function askWith(answer: (response: ServerResponse) => void, ask: (client: DynamoDBClient) => unknown) {
  let requests = 0;
  const server = createServer((_, response) => {
    requests++;
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    maxAttempts: 1,
    requestHandler: endsWithin(timeoutMs),
  });
  const started = performance.now();
  try {
    await ask(client);
    throw new Error('it was answered');
  } catch (error) {
    return { error, requests, ms: performance.now() - started };
  } finally {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
}

const silence = () => undefined;
const headAlone = (response: ServerResponse) =>
  void response.writeHead(200, { 'content-length': '100' }).write('{"');
const describeTable = (client: DynamoDBClient) => client.send(new DescribeTableCommand({ TableName: 't' }));
const writeItems = (client: DynamoDBClient) => createWriteItems(client, 't')([{ id: 'i', text: '{}' }]);

test.each([
  ['a call of the SDK', 'nothing', describeTable, silence],
  ['a call of the SDK', 'the half of it', describeTable, headAlone],
  ['a batch of the item writer', 'nothing', writeItems, silence],
  ['a batch of the item writer', 'the half of it', writeItems, headAlone],
])('%s that is answered by %s ends in the time given', async (_, __, ask, answer) => {
  const { error, requests, ms } = await askWith(answer, ask);
  expect(error).toMatchObject({ name: 'TimeoutError' });
  expect(requests).toBe(1);
  expect(ms).toBeGreaterThan(timeoutMs * 0.9);
  expect(ms).toBeLessThan(timeoutMs + 20_000);
});
