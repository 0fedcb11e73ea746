import { isUtf8 } from 'node:buffer';
import { open, stat } from 'node:fs/promises';
import type { z } from 'zod';
import type { fileFormat } from '@foretell/core/contracts/messages';
import { importProblem } from './import-problem.ts';

export type FileFormat = z.output<typeof fileFormat>;

const chunkBytes = 4 * 1024 * 1024;

/** What a file's first bytes say it is, when that is not text. */
const signatures: readonly { bytes: readonly number[]; is: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], is: 'a ZIP archive or an Excel workbook' },
  { bytes: [0x1f, 0x8b], is: 'compressed with gzip' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], is: 'compressed with zstd' },
  { bytes: [0x50, 0x41, 0x52, 0x31], is: 'a Parquet file' },
  { bytes: [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], is: 'an Arrow file' },
  { bytes: [0x25, 0x50, 0x44, 0x46], is: 'a PDF' },
];

/** Throws in words unless the file can be what it is said to be: not empty, of its format, text in UTF-8. */
export async function checkBytes(path: string, format: FileFormat): Promise<void> {
  const { size } = await stat(path);
  if (size === 0) throw importProblem('empty_file', 'The file is empty.');
  const file = await open(path);
  try {
    const chunk = Buffer.alloc(Math.min(size, chunkBytes));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, 0);
    const head = chunk.subarray(0, bytesRead);
    if (format === 'parquet') {
      const tail = Buffer.alloc(4);
      await file.read(tail, 0, 4, Math.max(0, size - 4));
      checkParquet(head, tail);
    } else {
      checkTextHead(head, format);
      await checkUtf8(file, size);
    }
  } finally {
    await file.close();
  }
}

const startsWith = (head: Buffer, bytes: readonly number[]) => bytes.every((byte, i) => head[i] === byte);

function checkParquet(head: Buffer, tail: Buffer): void {
  const magic = 'PAR1';
  if (head.toString('latin1', 0, 4) !== magic)
    throw importProblem('not_parquet', 'The file is not Parquet: it does not begin with PAR1.');
  if (tail.toString('latin1') !== magic)
    throw importProblem(
      'truncated',
      'The Parquet file is cut off: its end, with the description of its columns, is missing. Upload it again.',
    );
}

function checkTextHead(head: Buffer, format: FileFormat): void {
  const asked = format === 'csv' ? 'CSV' : 'JSON lines';
  const known = signatures.find(({ bytes }) => startsWith(head, bytes));
  if (known) throw importProblem('wrong_format', `The file is ${known.is}, not ${asked}.`);
  const utf16 = utf16Of(head);
  if (utf16)
    throw importProblem('wrong_encoding', `The file is in ${utf16}: save it as UTF-8 and upload it again.`, {
      field: 'encoding',
    });
  const zero = head.indexOf(0);
  if (zero >= 0)
    throw importProblem(
      'wrong_format',
      `The file is not text: byte ${zero} is zero. ${asked} in UTF-8 is expected.`,
    );
}

/** By its mark, or by a zero in every second byte. */
function utf16Of(head: Buffer): string | null {
  if (startsWith(head, [0xff, 0xfe])) return 'UTF-16 (little-endian)';
  if (startsWith(head, [0xfe, 0xff])) return 'UTF-16 (big-endian)';
  const bytes = head.subarray(0, 1000);
  const zeros = (parity: number) => bytes.filter((byte, i) => i % 2 === parity && byte === 0).length;
  if (zeros(1) > bytes.length * 0.3) return 'UTF-16 (little-endian)';
  return zeros(0) > bytes.length * 0.3 ? 'UTF-16 (big-endian)' : null;
}

type File = Awaited<ReturnType<typeof open>>;

async function checkUtf8(file: File, size: number): Promise<void> {
  let line = 1;
  let carried = Buffer.alloc(0);
  for (let start = 0; start < size; start += chunkBytes) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, size - start));
    await file.read(chunk, 0, chunk.length, start);
    const bytes = Buffer.concat([carried, chunk]);
    // A character may be cut by the chunk's end: the last line waits for the next chunk.
    const end = start + chunkBytes < size ? bytes.lastIndexOf(0x0a) + 1 : bytes.length;
    const whole = bytes.subarray(0, end);
    if (!isUtf8(whole)) throw notUtf8(whole, line);
    line += countLines(whole);
    carried = Buffer.from(bytes.subarray(end));
  }
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines++;
  return lines;
}

function notUtf8(bytes: Buffer, firstLine: number): Error {
  let line = firstLine;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    if (!isUtf8(bytes.subarray(start, end))) break;
    start = end;
  }
  const detail = `The file is not UTF-8 (line ${line}): it looks like Latin-1 or Windows-1252. Save it as UTF-8 and upload it again.`;
  return importProblem('wrong_encoding', detail, { field: 'encoding' });
}
