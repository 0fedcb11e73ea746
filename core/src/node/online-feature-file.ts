import { createHash, hash } from 'node:crypto';
import { DomainError } from '../domain/errors.ts';

/**
 * features.bin: the online feature values of a model, one row an entity.
 *
 *   header   32 bytes: "FTOF", u32 layout version, u32 columns, u32 rows a block, u64 rows, u64 where the index starts
 *   rows     sorted by key: 16-byte MD5 of the entity's UTF-8 text, then one f64 a column (NaN = missing)
 *   index    the key of the first row of every block
 *
 * All little-endian. Numbers are themselves, categories codes into the manifest's `categories`. The columns' names and types are in the manifest beside it.
 */
export const keyBytes = 16;
export const headerBytes = 32;
const magic = 'FTOF';
const layoutVersion = 1;
/** About what one range GET should bring. */
const blockBytes = 6 * 1024;

export interface OnlineFeatureLayout {
  columns: number;
  rows: number;
  rowsPerBlock: number;
  rowBytes: number;
  indexStart: number;
}

export interface OnlineFeatureRow {
  entity: string;
  /** One a column, NaN for missing. */
  values: ArrayLike<number>;
}

export interface OnlineFeatureFile {
  body: Buffer;
  entities: number;
  sha256: string;
}

export const entityKey = (entity: string): Buffer => hash('md5', entity, 'buffer');

export const rowBytesOf = (columns: number): number => keyBytes + columns * 8;

/** Throws `conflict` when an entity comes twice. */
export async function encodeOnlineFeatures(
  columns: number,
  rows: Iterable<OnlineFeatureRow> | AsyncIterable<OnlineFeatureRow>,
): Promise<OnlineFeatureFile> {
  const rowBytes = rowBytesOf(columns);
  const unsorted = await collectRows(columns, rows);
  const count = unsorted.length / rowBytes;
  const rowsPerBlock = Math.max(1, Math.floor(blockBytes / rowBytes));
  const blocks = Math.ceil(count / rowsPerBlock);
  const indexStart = headerBytes + count * rowBytes;
  const body = Buffer.alloc(indexStart + blocks * keyBytes);
  writeHeader(body, { columns, rows: count, rowsPerBlock, rowBytes, indexStart });
  sortedOrder(unsorted, rowBytes).forEach((row, position) => {
    const to = headerBytes + position * rowBytes;
    unsorted.copy(body, to, row * rowBytes, (row + 1) * rowBytes);
    if (position > 0 && body.compare(body, to, to + keyBytes, to - rowBytes, to - rowBytes + keyBytes) === 0)
      throw new DomainError('conflict', 'An entity has more than one row of online feature values.');
  });
  for (let block = 0; block < blocks; block++) {
    const from = headerBytes + block * rowsPerBlock * rowBytes;
    body.copy(body, indexStart + block * keyBytes, from, from + keyBytes);
  }
  return { body, entities: count, sha256: createHash('sha256').update(body).digest('hex') };
}

/** Reads the header; throws `invalid` when this is no such file, or one of another layout. */
export function readLayout(header: Uint8Array): OnlineFeatureLayout {
  const buffer = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
  if (buffer.length < headerBytes || buffer.toString('latin1', 0, 4) !== magic)
    throw new DomainError('invalid', 'This is not a file of online feature values.');
  if (buffer.readUInt32LE(4) !== layoutVersion)
    throw new DomainError(
      'invalid',
      `The layout of online feature values is version ${buffer.readUInt32LE(4)}.`,
    );
  const columns = buffer.readUInt32LE(8);
  return {
    columns,
    rows: Number(buffer.readBigUInt64LE(16)),
    rowsPerBlock: buffer.readUInt32LE(12),
    rowBytes: rowBytesOf(columns),
    indexStart: Number(buffer.readBigUInt64LE(24)),
  };
}

function writeHeader(body: Buffer, layout: OnlineFeatureLayout): void {
  body.write(magic, 0, 'latin1');
  body.writeUInt32LE(layoutVersion, 4);
  body.writeUInt32LE(layout.columns, 8);
  body.writeUInt32LE(layout.rowsPerBlock, 12);
  body.writeBigUInt64LE(BigInt(layout.rows), 16);
  body.writeBigUInt64LE(BigInt(layout.indexStart), 24);
}

async function collectRows(
  columns: number,
  rows: Iterable<OnlineFeatureRow> | AsyncIterable<OnlineFeatureRow>,
): Promise<Buffer> {
  const rowBytes = rowBytesOf(columns);
  let buffer = Buffer.alloc(rowBytes * 1024);
  let end = 0;
  for await (const { entity, values } of rows) {
    if (values.length !== columns)
      throw new DomainError('invalid', `${entity} has ${values.length} values instead of ${columns}.`);
    if (end === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    entityKey(entity).copy(buffer, end);
    for (let i = 0; i < columns; i++) buffer.writeDoubleLE(values[i] ?? NaN, end + keyBytes + i * 8);
    end += rowBytes;
  }
  return buffer.subarray(0, end);
}

/** Rows in the order of their keys: spread by the first two bytes, then each small bucket is sorted. */
function sortedOrder(rows: Buffer, rowBytes: number): number[] {
  const buckets = Array.from({ length: 65_536 }, (): number[] => []);
  for (let row = 0; row * rowBytes < rows.length; row++)
    buckets[rows.readUInt16BE(row * rowBytes)]?.push(row);
  const key = (row: number) => [row * rowBytes, row * rowBytes + keyBytes] as const;
  for (const bucket of buckets) bucket.sort((a, b) => rows.compare(rows, ...key(b), ...key(a)));
  return buckets.flat();
}
