import { DomainError } from '@foretell/core/domain/errors';
import { formatOfName } from '@foretell/core/domain/format-of-name';
import type { Lake } from '@foretell/core/node/lake';
import { uploads } from '../../db/data.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { lockRow } from '../../db/rows.ts';
import { owned } from '../owned.ts';

export type FileFormat = 'csv' | 'jsonl' | 'parquet';

function invalid(field: string, code: string, detail: string): DomainError {
  return new DomainError('invalid', detail, { problems: [{ field, code, detail }] });
}

export interface UploadedFile {
  upload: string;
  key: string;
  format: FileFormat;
}

/** Finds a file that has really arrived, whole, and says what it is. `field` names the body's field in errors. */
export async function findUploadedFile(
  { read }: Database,
  lake: Lake,
  workspace: string,
  { upload, format }: { upload: string; format?: FileFormat | undefined },
  field: string,
): Promise<UploadedFile> {
  const row = owned(await read.findOneBy(uploads, { id: upload }), workspace, 'upload');
  const size = await lake.size(row.key);
  if (size === null)
    throw invalid(
      `${field}upload`,
      'not_uploaded',
      'The file has not been uploaded: PUT it to the upload’s URL first, or complete its parts.',
    );
  if (size !== row.bytes)
    throw invalid(`${field}upload`, 'wrong_size', `The file has ${size} bytes; ${row.bytes} were announced.`);
  const known = format ?? formatOfName(row.filename);
  if (!known)
    throw invalid(
      `${field}format`,
      'unknown_format',
      `What ${row.filename} holds cannot be told from its name: say csv, jsonl or parquet.`,
    );
  return { upload, key: row.key, format: known };
}

/** Keeps a file for an import that begins: it goes with the last dataset that came of it, which may be deleted meanwhile. */
export async function keepUploadedFile(
  tx: Transaction,
  workspace: string,
  { upload }: UploadedFile,
): Promise<void> {
  owned(await lockRow(tx, uploads, { id: upload }), workspace, 'upload');
}
