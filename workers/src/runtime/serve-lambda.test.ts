import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveLambda } from './serve-lambda.ts';

/** Lambda's side of the Runtime API: hands the events out in turn, and keeps what comes back. */
async function runtimeApi(events: readonly unknown[]) {
  const answers: { path: string; body: unknown }[] = [];
  let given = 0;
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.setHeader('lambda-runtime-aws-request-id', `event-${given}`);
      response.end(JSON.stringify(events[given++]));
      return;
    }
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      answers.push({ path: request.url?.split('/invocation/')[1] ?? '', body: JSON.parse(text) });
      response.writeHead(202).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { host: `127.0.0.1:${port}`, answers, close };
}

test('each event is answered under its own id; one that fails is reported, and the next is answered', async () => {
  const api = await runtimeApi([{ n: 1 }, { n: 'broken' }, { n: 3 }]);
  const double = (event: unknown) => {
    const { n } = event as { n: number | string };
    if (typeof n === 'string') throw new TypeError(`${n} is no number`);
    return Promise.resolve({ twice: 2 * n });
  };
  await serveLambda(api.host, double, 3);
  expect(api.answers).toMatchObject([
    { path: 'event-0/response', body: { twice: 2 } },
    { path: 'event-1/error', body: { errorType: 'TypeError', errorMessage: 'broken is no number' } },
    { path: 'event-2/response', body: { twice: 6 } },
  ]);
  await api.close();
});

test('when Lambda does not answer any more the process ends with an error', async () => {
  const api = await runtimeApi([]);
  await api.close();
  await expect(serveLambda(api.host, () => Promise.resolve(null))).rejects.toThrow('fetch failed');
});
