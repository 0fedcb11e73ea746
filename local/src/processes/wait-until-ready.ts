import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from './child.ts';

const pollMs = 50;
const attemptMs = 2000;

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(attemptMs) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Waits until `url` answers 2xx. Throws, with the end of the child's log, when it dies first or takes too long (it is stopped then). */
export async function waitUntilReady(child: Child, url: string, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await answers(url))) {
    const exit = child.exit();
    if (exit)
      throw new Error(
        `${child.name} ended while starting (${exit.signal ?? exit.code}):\n${child.logTail()}`,
      );
    if (Date.now() > deadline) {
      await child.stop();
      throw new Error(`${child.name} was not ready at ${url} within ${timeoutMs} ms:\n${child.logTail()}`);
    }
    await delay(pollMs);
  }
}
