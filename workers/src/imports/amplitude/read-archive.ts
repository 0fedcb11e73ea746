import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DomainError } from '@foretell/core/domain/errors';
import { openPromise } from 'yauzl';

const zip = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
const emptyZip = Buffer.from([0x50, 0x4b, 0x05, 0x06]);
const gzip = Buffer.from([0x1f, 0x8b]);
/** An archive of archives of files, and no deeper. */
const maxDepth = 2;
/** A longer line than any event is a broken archive. */
const maxLineBytes = 16 * 1024 * 1024;

/**
 * The lines of every file of an archive, some at a time, in memory that does not grow with it: a ZIP of gzipped JSON
 * lines, or a ZIP of such ZIPs. Files are told by their first bytes. Throws `unavailable` for an archive that is broken.
 */
export async function* readArchive(path: string): AsyncGenerator<string[]> {
  try {
    yield* readZip(path, 1);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('unavailable', 'The archive is broken or cut off.', { cause: error });
  }
}

async function* readZip(path: string, depth: number): AsyncGenerator<string[]> {
  const archive = await openPromise(path, { autoClose: false });
  try {
    for await (const entry of archive.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      const { head, whole } = await peek(await archive.openReadStreamPromise(entry));
      if (head.subarray(0, 4).equals(emptyZip)) continue;
      if (head.subarray(0, 4).equals(zip)) yield* readInnerZip(whole, path, depth);
      else yield* linesOf(head.subarray(0, 2).equals(gzip) ? unzipped(whole) : whole);
    }
  } finally {
    archive.close();
  }
}

/** A ZIP says at its end what it holds: it must be a file before it can be read. */
async function* readInnerZip(stream: Readable, path: string, depth: number): AsyncGenerator<string[]> {
  if (depth >= maxDepth) throw new Error(`archives in archives, deeper than ${maxDepth}`);
  const inner = `${path}-${depth}`;
  await pipeline(stream, createWriteStream(inner));
  try {
    yield* readZip(inner, depth + 1);
  } finally {
    await rm(inner, { force: true });
  }
}

/** A stream's first bytes, and the stream with them. */
async function peek(stream: Readable): Promise<{ head: Buffer; whole: Readable }> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head = Buffer.alloc(0);
  while (head.length < zip.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  async function* all() {
    yield head;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  }
  return { head, whole: Readable.from(all(), { objectMode: false }) };
}

function unzipped(stream: Readable): Readable {
  const gunzip = createGunzip();
  stream.on('error', (error) => gunzip.destroy(error));
  return stream.pipe(gunzip);
}

async function* linesOf(stream: Readable): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let carried = '';
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const lines = (carried + decoder.decode(chunk, { stream: true })).split('\n');
    carried = lines.pop() ?? '';
    if (carried.length > maxLineBytes) throw new Error(`a line of more than ${maxLineBytes} bytes`);
    if (lines.length > 0) yield lines;
  }
  carried += decoder.decode();
  if (carried.trim() !== '') yield [carried];
}
