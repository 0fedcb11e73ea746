import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below those that systems give to outgoing connections and to servers that ask for any port (from 32768 on Linux, from
 * 49152 elsewhere): none of these takes the port before it is listened on.
 */
const [first, last] = [12_000, 32_000];
/** Suites that run side by side take of different ones: a port given to one is none of another's before it is listened on. */
const workers = 16;
const ownPorts = (last - first) / workers;
const given = new Set<number>();

/** A loopback port that nothing listens on now, and that this process was not given lately. */
export async function freePort(): Promise<number> {
  const worker = Number(process.env['JEST_WORKER_ID'] ?? 0) % workers;
  for (;;) {
    const port = first + worker * ownPorts + Math.floor(Math.random() * ownPorts);
    if (given.has(port)) continue;
    if (given.size > ownPorts / 2) given.clear();
    given.add(port);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
