import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askOverHttp } from './ask-over-http.ts';

test('a question has the service’s host and says who asks, since the firewall blocks who does not', async () => {
  const server = createServer(({ headers, url }, response) => {
    response.writeHead(503).end(JSON.stringify({ url, ...headers }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const { status, body } = await askOverHttp({
      origin: `http://127.0.0.1:${port}`,
      host: 'app.example',
      path: '/readyz',
      headers: { 'x-colour': 'green' },
    });
    expect(status).toBe(503);
    expect(JSON.parse(body)).toMatchObject({
      url: '/readyz',
      host: 'app.example',
      'user-agent': 'foretell-release',
      'x-colour': 'green',
    });
  } finally {
    server.close();
  }
});
