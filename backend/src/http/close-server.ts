import type { Server } from 'node:http';

const graceMs = 5000;

/** Takes no more connections, lets requests finish, and ends what outlasts the grace (event streams never end). */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
