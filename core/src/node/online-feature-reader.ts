import { createHash } from 'node:crypto';
import type { OnlineFeaturesManifest } from '../contracts/model-version.ts';
import { DomainError } from '../domain/errors.ts';
import { createLruCache } from '../domain/lru-cache.ts';
import type { Lake } from './lake.ts';
import {
  entityKey,
  headerBytes,
  keyBytes,
  readLayout,
  rowBytesOf,
  type OnlineFeatureLayout,
} from './online-feature-file.ts';

type Values = Float64Array | null;

export interface OnlineFeatureReader {
  readonly manifest: OnlineFeaturesManifest;
  readonly preloaded: boolean;
  /**
   * The entity's values in the order of the manifest's columns, null when it has none. At once when they are in
   * memory, a promise when a range of the file must be read. Not to be written to.
   */
  find(entity: string): Values | Promise<Values>;
}

export interface OnlineFeatureReaderOptions {
  /** A file up to this size is held in memory whole; of a larger one, the index and the rows used last. */
  preloadBytes: number;
  /** Rows remembered. */
  cachedRows: number;
}

/** Throws `invalid` when the file is not the one its manifest names. */
export async function openOnlineFeatures(
  lake: Lake,
  valuesKey: string,
  manifest: OnlineFeaturesManifest,
  options: OnlineFeatureReaderOptions,
): Promise<OnlineFeatureReader> {
  const cache = createLruCache<string, { values: Values }>(options.cachedRows);
  const preloaded = manifest.bytes <= options.preloadBytes;
  const look = preloaded
    ? await fromMemory(lake, valuesKey, manifest)
    : await byRange(lake, valuesKey, manifest);
  return {
    manifest,
    preloaded,
    find(entity) {
      const known = cache.get(entity);
      if (known) return known.values;
      const found = look(entityKey(entity));
      if (found instanceof Promise)
        return found.then((values) => {
          cache.set(entity, { values });
          return values;
        });
      cache.set(entity, { values: found });
      return found;
    },
  };
}

async function fromMemory(lake: Lake, valuesKey: string, manifest: OnlineFeaturesManifest) {
  const { body } = await lake.get(valuesKey);
  if (createHash('sha256').update(body).digest('hex') !== manifest.sha256)
    throw new DomainError('invalid', `${valuesKey} is not the file its manifest names.`);
  const layout = checkedLayout(body, manifest, valuesKey);
  const rows = Buffer.from(body.buffer, body.byteOffset, body.byteLength).subarray(
    headerBytes,
    layout.indexStart,
  );
  return (key: Buffer): Values => search(rows, layout, key);
}

async function byRange(lake: Lake, valuesKey: string, manifest: OnlineFeaturesManifest) {
  const layout = checkedLayout(await lake.getRange(valuesKey, 0, headerBytes - 1), manifest, valuesKey);
  const index = Buffer.from(await lake.getRange(valuesKey, layout.indexStart, manifest.bytes - 1));
  return async (key: Buffer): Promise<Values> => {
    const block = lastAtMost(index, keyBytes, key);
    if (block < 0) return null;
    const start = headerBytes + block * layout.rowsPerBlock * layout.rowBytes;
    const end = Math.min(start + layout.rowsPerBlock * layout.rowBytes, layout.indexStart);
    return search(Buffer.from(await lake.getRange(valuesKey, start, end - 1)), layout, key);
  };
}

function checkedLayout(
  header: Uint8Array,
  manifest: OnlineFeaturesManifest,
  valuesKey: string,
): OnlineFeatureLayout {
  const layout = readLayout(header);
  const blocks = Math.ceil(layout.rows / layout.rowsPerBlock);
  const whole =
    layout.columns === manifest.columns.length &&
    layout.rows === manifest.entities &&
    layout.indexStart === headerBytes + layout.rows * rowBytesOf(layout.columns) &&
    manifest.bytes === layout.indexStart + blocks * keyBytes;
  if (!whole) throw new DomainError('invalid', `${valuesKey} does not match its manifest.`);
  return layout;
}

function search(rows: Buffer, { rowBytes, columns }: OnlineFeatureLayout, key: Buffer): Values {
  const row = lastAtMost(rows, rowBytes, key);
  const start = row * rowBytes;
  if (row < 0 || rows.compare(key, 0, keyBytes, start, start + keyBytes) !== 0) return null;
  const values = new Float64Array(columns);
  for (let i = 0; i < columns; i++) values[i] = rows.readDoubleLE(start + keyBytes + i * 8);
  return values;
}

/** Of entries `stride` bytes apart, each beginning with its key: the last whose key is not after `key`, or -1. */
function lastAtMost(entries: Buffer, stride: number, key: Buffer): number {
  let low = 0;
  let high = entries.length / stride;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries.compare(key, 0, keyBytes, middle * stride, middle * stride + keyBytes) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
