import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const lookEveryMs = 3000;
/** Of the process's resident memory, since free pages were last given back: an idle worker collects nothing. */
const growthBytes = 8 * 1024 * 1024;

/**
 * Lets the old generation grow by 15 % between two collections, where V8 would let it double or more: a worker waits for
 * disk, network and engine far longer than for the collector. Pages that a collection has emptied V8 keeps for objects to
 * come, 40 MB of them in a long import: those are given back while the process grows. What it saves is in docs/adr/0021.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=15');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NodeJS.GCFunction;
  let last = process.memoryUsage.rss();
  setInterval(() => {
    const now = process.memoryUsage.rss();
    if (now <= last + growthBytes) {
      last = Math.min(last, now);
      return;
    }
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    last = process.memoryUsage.rss();
  }, lookEveryMs).unref();
}
