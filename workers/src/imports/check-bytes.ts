import { open, stat } from 'node:fs/promises';
import type { z } from 'zod';
import type { fileFormat } from '@foretell/core/contracts/messages';
import { importProblem } from './import-problem.ts';

export type FileFormat = z.output<typeof fileFormat>;

const headBytes = 1024;

/** What a file's first bytes say it is, when that is not text. */
const signatures: readonly { bytes: readonly number[]; is: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], is: 'a ZIP archive or an Excel workbook' },
  { bytes: [0x1f, 0x8b], is: 'compressed with gzip' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], is: 'compressed with zstd' },
  { bytes: [0x50, 0x41, 0x52, 0x31], is: 'a Parquet file' },
  { bytes: [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], is: 'an Arrow file' },
  { bytes: [0x25, 0x50, 0x44, 0x46], is: 'a PDF' },
];

/** Throws in words unless the file can be what it is said to be: not empty, not of another format. */
export async function checkBytes(path: string, format: FileFormat): Promise<void> {
  const { size } = await stat(path);
  if (size === 0) throw importProblem('empty_file', 'The file is empty.');
  const file = await open(path);
  try {
    const chunk = Buffer.alloc(Math.min(size, headBytes));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, 0);
    const head = chunk.subarray(0, bytesRead);
    if (format === 'parquet') {
      const tail = Buffer.alloc(4);
      await file.read(tail, 0, 4, Math.max(0, size - 4));
      checkParquet(head, tail);
    } else checkTextHead(head, format);
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
}
