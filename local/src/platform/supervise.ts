import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from '../processes/child.ts';

export interface Supervised {
  readonly name: string;
  pid(): number;
  /** No more restarts; SIGTERM, and waits until it is gone. */
  stop(): Promise<void>;
}

export interface SupervisorDeps {
  write: (line: string) => void;
  /** After every start, with the process that runs now. */
  onStarted: () => void;
}

const firstDelayMs = 500;
const longestDelayMs = 30_000;
/** A child that ran as long as this is started again at once when it dies. */
const steadyMs = 60_000;

/** Starts a child and starts it again whenever it dies, later each time it dies young. A failed first start throws. */
export async function supervise(
  name: string,
  start: () => Promise<Child>,
  { write, onStarted }: SupervisorDeps,
): Promise<Supervised> {
  let child = await start();
  const stopping = new AbortController();
  let delayMs = firstDelayMs;
  onStarted();

  async function restart(): Promise<void> {
    for (;;) {
      await delay(delayMs, undefined, { signal: stopping.signal });
      delayMs = Math.min(delayMs * 2, longestDelayMs);
      try {
        child = await start();
        onStarted();
        write(`${name} runs again (process ${child.pid})`);
        return;
      } catch (error) {
        write(`${name} could not be started: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  async function watch(): Promise<void> {
    for (;;) {
      const startedAt = Date.now();
      const { code, signal } = await child.exited;
      if (stopping.signal.aborted) return;
      if (Date.now() - startedAt > steadyMs) delayMs = firstDelayMs;
      write(`${name} ended (${signal ?? `status ${code}`}); starting it again in ${delayMs / 1000} s`);
      await restart();
    }
  }
  const watching = watch().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });

  return {
    name,
    pid: () => child.pid,
    async stop() {
      stopping.abort();
      await child.stop();
      await watching;
      // A restart may just have been under way.
      await child.stop();
    },
  };
}
