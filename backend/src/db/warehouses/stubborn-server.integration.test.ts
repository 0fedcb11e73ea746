import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createEgress } from '@foretell/core/node/egress';
import { openWarehouse } from './open-warehouse.ts';

/** A message of PostgreSQL's protocol. */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}
const ready = message('Z', Buffer.from('I'));
const welcome = Buffer.concat([message('R', Buffer.alloc(4)), ready]);
const done = Buffer.concat([message('C', Buffer.from('SET\0')), ready]);

const open: Socket[] = [];
let server: Server;
afterEach(() => {
  for (const socket of open) socket.destroy();
  server.close();
});

test('a PostgreSQL that never hangs up is left when all is read', async () => {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    open.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(welcome);
      socket.on('data', (data) => {
        if (data.toString('latin1', 0, 1) === 'Q') socket.write(done);
      });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const settings = {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    database: 'shop',
    tls: 'off' as const,
  };
  const session = await openWarehouse(
    { kind: 'postgresql', settings },
    {
      egress: createEgress({ allowedHosts: ['127.0.0.1'] }),
      credentials: { username: 'reader', password: 'secret' },
      timeoutSeconds: 1,
      signal: new AbortController().signal,
    },
  );
  await session.close();
});
