import { isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { importProblem } from './import-problem.ts';

/** Windows-1252 is Latin-1 with letters where that has control characters. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const chunkBytes = 4 * 1024 * 1024;
const headBytes = 1000;
/** A file of longer lines is looked at byte by byte. */
const longestLine = 16 * chunkBytes;

/** By its mark, or by a zero in every second byte, as Latin letters, digits and delimiters have. */
function utf16Of(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const bytes = head.subarray(0, headBytes);
  const zeros = (parity: number) => bytes.filter((byte, i) => i % 2 === parity && byte === 0).length;
  const [even, odd] = [zeros(0), zeros(1)];
  if (odd > bytes.length * 0.3 && odd > 4 * even) return 'utf-16le';
  return even > bytes.length * 0.3 && even > 4 * odd ? 'utf-16be' : null;
}

/** The encoding of a file of text. Throws with the offset of the first byte that no encoding explains. */
export async function encodingOf(path: string): Promise<TextEncoding> {
  const file = await open(path);
  try {
    const head = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const utf16 = utf16Of(head.buffer.subarray(0, head.bytesRead));
    if (utf16) return utf16;
    if (await isPlainUtf8(file)) return 'utf-8';
    const found = createByteCounts();
    for await (const { chunk, start } of chunksOf(file)) found.add(chunk, start);
    return found.encoding();
  } finally {
    await file.close();
  }
}

async function* chunksOf(file: FileHandle): AsyncGenerator<{ chunk: Buffer; start: number }> {
  for (let start = 0; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, start);
    if (bytesRead === 0) return;
    yield { chunk: buffer.subarray(0, bytesRead), start };
    start += bytesRead;
  }
}

/** What nearly every file is, told without looking at each byte here. */
async function isPlainUtf8(file: FileHandle): Promise<boolean> {
  let carried = Buffer.alloc(0);
  for await (const { chunk } of chunksOf(file)) {
    const bytes = Buffer.concat([carried, chunk]);
    // A letter may be cut by the chunk's end: the last line waits for the next chunk.
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (bytes.includes(0) || !isUtf8(bytes.subarray(0, end))) return false;
    carried = Buffer.from(bytes.subarray(end));
    if (carried.length > longestLine) return false;
  }
  return isUtf8(carried);
}

/** Bytes that no text of Windows-1252 has: control characters but tab, line ends and separators, and its five gaps. */
const gaps = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
const isControl = (byte: number) => byte < 0x09 || byte === 0x0b || (byte > 0x0d && byte < 0x1c);

/** How many bytes the sequence that `first` begins has in UTF-8; 0 when none begins so. */
function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

function createByteCounts() {
  let carried = Buffer.alloc(0);
  let letters = 0;
  let [strayAt, gapAt, zeroAt] = [-1, -1, -1];
  let strays = 0;

  /** One byte that is no UTF-8. */
  function stray(byte: number, at: number): void {
    if (strayAt < 0) strayAt = at;
    strays++;
    if (gapAt < 0 && gaps.has(byte)) gapAt = at;
  }

  function count(bytes: Buffer, start: number, last: boolean): number {
    for (let i = 0; i < bytes.length;) {
      const byte = bytes[i] ?? 0;
      const length = sequenceLength(byte);
      if (!last && length > bytes.length - i) return i;
      if (length === 1) {
        if (zeroAt < 0 && isControl(byte)) zeroAt = start + i;
        i++;
      } else if (length > 0 && isUtf8(bytes.subarray(i, i + length)) && i + length <= bytes.length) {
        letters++;
        i += length;
      } else stray(byte, start + i++);
    }
    return bytes.length;
  }

  let end = 0;
  return {
    add(chunk: Buffer, start: number): void {
      const bytes = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
      const from = start - carried.length;
      end = start + chunk.length;
      carried = Buffer.from(bytes.subarray(count(bytes, from, false)));
    },
    encoding(): TextEncoding {
      count(carried, end - carried.length, true);
      if (zeroAt >= 0)
        throw notText(
          zeroAt,
          'is a control character, which no text has: the file is not text, or in an encoding that is not read',
        );
      if (strays === 0) return 'utf-8';
      // A text in Windows-1252 hardly ever holds what reads as a letter of UTF-8; most of its bytes above 127 are strays.
      if (letters > strays)
        throw notText(strayAt, 'is not UTF-8, though the rest of the file is: it is damaged there');
      if (gapAt >= 0) throw notText(gapAt, 'is neither UTF-8 nor UTF-16 nor Windows-1252');
      return 'windows-1252';
    },
  };
}

function notText(offset: number, what: string): Error {
  const detail = `Byte ${offset} of the file ${what}. Save it as UTF-8 and upload it again.`;
  return importProblem('wrong_encoding', detail, { field: `byte ${offset}` });
}

/** Writes the text of `source` to `target` as UTF-8 without a mark. Throws with the offset where UTF-16 breaks. */
export async function writeAsUtf8(source: string, target: string, encoding: TextEncoding): Promise<void> {
  const decoder = new TextDecoder(encoding);
  const checkPairs = encoding === 'windows-1252' ? () => undefined : createPairCheck(encoding);
  await pipeline(
    createReadStream(source, { highWaterMark: chunkBytes }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        checkPairs(chunk);
        yield decoder.decode(chunk, { stream: true });
      }
      checkPairs(null);
      yield decoder.decode();
    },
    createWriteStream(target),
  );
}

const [highHalf, lowHalf] = [0xd800 >> 10, 0xdc00 >> 10];

/** Takes chunk after chunk, then null; throws where half a pair stands alone, which a decoder replaces without a word. */
function createPairCheck(encoding: TextEncoding): (chunk: Buffer | null) => void {
  let [offset, afterHigh] = [0, false];
  const brokenAt = (at: number) =>
    notText(at, 'breaks off a letter of UTF-16: the file is damaged or cut off there');
  return (chunk) => {
    if (chunk === null) {
      if (afterHigh) throw brokenAt(offset - 2);
      return;
    }
    if (chunk.length % 2 === 1) throw brokenAt(offset + chunk.length - 1);
    for (let i = 0; i < chunk.length; i += 2) {
      const unit = encoding === 'utf-16le' ? chunk.readUInt16LE(i) : chunk.readUInt16BE(i);
      if (afterHigh !== (unit >> 10 === lowHalf)) throw brokenAt(offset + i - (afterHigh ? 2 : 0));
      afterHigh = unit >> 10 === highHalf;
    }
    offset += chunk.length;
  };
}
