import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { createHttpServer } from './create-http-server.ts';

test('a connection outlives the load balancer’s patience, a request that does not come does not', async () => {
  const server = createHttpServer((_request, response) => void response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  // What Node tells the client is what it keeps to.
  expect(Number(/keep-alive: timeout=(\d+)/i.exec(answer.toString())?.[1])).toBeGreaterThan(60);
  expect([server.requestTimeout, server.headersTimeout]).toEqual([30_000, 30_000]);
  socket.destroy();
  server.close();
});
