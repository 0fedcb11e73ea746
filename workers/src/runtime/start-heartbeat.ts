import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const everyMs = 10_000;

/**
 * Touches `alive` in the folder for as long as the process gets to run: workers listen on no port, so the image's health
 * check asks how old that file is. A process that hangs leaves it to age.
 */
export function startHeartbeat(dir: string): { stop: () => void } {
  const beat = () => writeFileSync(join(dir, 'alive'), '');
  beat();
  const timer = setInterval(beat, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
