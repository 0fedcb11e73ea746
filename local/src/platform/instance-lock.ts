import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface InstanceLock {
  release(): Promise<void>;
}

/** Sockets' paths may be no longer than 104 bytes, a data folder's may: so it is named by a hash, in the temporary folder. */
function socketPath(dataDir: string): string {
  const name = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16);
  return join(tmpdir(), `foretell-${name}.sock`);
}

async function isHeld(path: string): Promise<boolean> {
  const socket = createConnection(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * One platform a data folder. Held by a listening socket: it goes with its process, however that ends, so that a stale
 * lock is told from a held one with certainty.
 */
export async function lockInstance(dataDir: string): Promise<InstanceLock> {
  const path = socketPath(dataDir);
  if (await isHeld(path))
    throw new Error(
      `Another platform is running on ${dataDir}: stop it first, or choose another --data-dir.`,
    );
  rmSync(path, { force: true });
  const server = createServer((socket) => socket.end()).listen(path);
  await once(server, 'listening');
  server.unref();
  return {
    async release() {
      server.close();
      await once(server, 'close');
    },
  };
}
