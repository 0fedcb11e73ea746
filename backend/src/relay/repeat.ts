import { setTimeout as sleep } from 'node:timers/promises';

export interface Pace {
  /** Between turns, while all goes well. */
  pollMs: number;
  /** After a turn that answered false the wait doubles, up to this. */
  maxBackOffMs: number;
}

async function run(turn: () => Promise<boolean>, { pollMs, maxBackOffMs }: Pace, signal: AbortSignal) {
  let waitMs = pollMs;
  while (!signal.aborted) {
    waitMs = (await turn()) ? pollMs : Math.min(waitMs * 2, maxBackOffMs);
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Takes a turn (which never throws) again and again, until the answered function is called and the present one is over. */
export function repeat(turn: () => Promise<boolean>, pace: Pace): () => Promise<void> {
  const stopping = new AbortController();
  const running = run(turn, pace, stopping.signal);
  return async () => {
    stopping.abort();
    await running;
  };
}
