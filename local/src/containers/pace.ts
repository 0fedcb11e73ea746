import { setTimeout as delay } from 'node:timers/promises';

/** How fast AWS's time passes here: 1 is AWS's own, 0.1 ten times as fast. Never scales what a container does. */
export interface Pace {
  readonly factor: number;
  /** What a container may take to start, in its own time: before that it is not called unhealthy. */
  readonly containerStartMs: number;
  /** Waits so many of AWS's seconds. */
  wait(seconds: number): Promise<void>;
  ms(seconds: number): number;
}

export function createPace(factor: number, containerStartMs = 120_000): Pace {
  const ms = (seconds: number) => seconds * 1000 * factor;
  return { factor, containerStartMs, ms, wait: (seconds) => delay(ms(seconds)) };
}
