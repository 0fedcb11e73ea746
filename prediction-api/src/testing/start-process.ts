import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface ApiProcess {
  url: string;
  child: ChildProcess;
  /** Lines it has logged. */
  log: () => string;
  /** Resolves with the exit code, null when it was killed. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

const readyMs = 60_000;

/** The prediction API as it is run: a process of its own, ready. */
export async function startApiProcess(
  environment: Record<string, string>,
  port: number,
): Promise<ApiProcess> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: String(port),
      MANIFEST_POLL_MS: '100',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + readyMs;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`It did not become ready:\n${log}`);
    }
    await sleep(50);
  }
  return {
    url,
    child,
    log: () => log,
    async stop(signal) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await once(child, 'exit');
      }
      return child.exitCode;
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}
