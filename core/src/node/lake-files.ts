import { open, readFile } from 'node:fs/promises';
import { DomainError } from '../domain/errors.ts';
import type { Lake } from './lake.ts';

const rangeBytes = 4 * 1024 * 1024;

/** Brings an object into a file, a range at a time, and answers its bytes. Throws `not_found`. */
export async function downloadFile(
  lake: Lake,
  key: string,
  path: string,
  signal?: AbortSignal,
): Promise<number> {
  const bytes = await lake.size(key);
  if (bytes === null) throw new DomainError('not_found', `There is no object ${key}.`);
  const file = await open(path, 'w');
  try {
    for (let start = 0; start < bytes; start += rangeBytes) {
      signal?.throwIfAborted();
      const end = Math.min(bytes, start + rangeBytes) - 1;
      await file.write(await lake.getRange(key, start, end));
    }
  } finally {
    await file.close();
  }
  return bytes;
}

/** Puts a file that fits in memory under a new key; false when the key is taken. */
export async function uploadFile(
  lake: Lake,
  key: string,
  path: string,
  contentType?: string,
): Promise<boolean> {
  return lake.putNew(key, await readFile(path), contentType);
}
