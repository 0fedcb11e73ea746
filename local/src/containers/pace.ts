import { setTimeout as delay } from 'node:timers/promises';

/** How fast AWS's time passes here: 1 is AWS's own, 0.1 ten times as fast. Never scales what a container does. */
export interface Pace {
  readonly factor: number;
  /** Waits so many of AWS's seconds. */
  wait(seconds: number): Promise<void>;
  ms(seconds: number): number;
}

export function createPace(factor: number): Pace {
  const ms = (seconds: number) => seconds * 1000 * factor;
  return { factor, ms, wait: (seconds) => delay(ms(seconds)) };
}
