import { once } from 'node:events';
import type { Server } from 'node:http';

/** Listens, and resolves once it does. */
export async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

/** Takes no new connections, lets the requests on their way finish, and resolves when the last one has. */
export async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const timer = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearInterval(timer);
}
