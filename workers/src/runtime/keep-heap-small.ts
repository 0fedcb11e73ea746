import { setFlagsFromString } from 'node:v8';

/**
 * Lets the old generation grow by 15 % between two collections, where V8 would let it double or more: a worker waits for
 * disk, network and engine far longer than for the collector. What it saves is in docs/adr/0021.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=15');
}
