import type { Lake } from '@foretell/core/node/lake';

/**
 * Puts an object that nothing reads before a manifest names it: what an attempt that died has left under the key is
 * replaced.
 */
export async function putWhole(lake: Lake, key: string, body: Uint8Array | string): Promise<void> {
  if (await lake.putNew(key, body)) return;
  await lake.delete(key);
  await lake.putNew(key, body);
}
