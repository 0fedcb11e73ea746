import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { queryOne, withDuckDb, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import type { UnloadCommand } from './unload-command.ts';

/** The account of everything here: its roles alone can be assumed. */
const account = '000000000000';
/** Each slice of a cluster writes files of its own. */
const slices = 2;
const engineMb = 500;

export interface UnloadedColumn {
  name: string;
  /** As Redshift's manifest names it. */
  base: string;
  /** As the engine that writes Parquet names it. */
  type: string;
}

/** What is wrong with where the rows are to go is told before any is read. */
export async function checkTarget(s3: S3Client, unload: UnloadCommand): Promise<void> {
  const { roleArn, bucket, prefix, allowOverwrite } = unload;
  if (!roleArn.includes(`::${account}:role/`))
    throw new Error(
      `User arn:aws:redshift:us-east-1:${account}:dbuser is not authorized to assume IAM Role ${roleArn}`,
    );
  const { KeyCount = 0 } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  if (KeyCount > 0 && !allowOverwrite)
    throw new Error(
      'Specified unload destination on S3 is not empty. Consider using a different bucket / prefix',
    );
}

/** Rows as CSV, NULL as nothing and the empty text as "": Parquet files, and the manifest that names them. */
export async function writeUnloaded(
  s3: S3Client,
  unload: UnloadCommand,
  columns: readonly UnloadedColumn[],
  csv: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'foretell-unload-'));
  const put = async (name: string, Body: Uint8Array | string) => {
    signal.throwIfAborted();
    const Key = `${unload.prefix}${name}`;
    await s3.send(new PutObjectCommand({ Bucket: unload.bucket, Key, Body }));
    return `s3://${unload.bucket}/${Key}`;
  };
  try {
    const source = join(dir, 'rows.csv');
    await writeFile(source, csv);
    const entries: ManifestEntry[] = [];
    await withDuckDb({ threads: 1, memoryMb: engineMb, tempDir: dir, signal }, async (connection) => {
      await connection.run(`CREATE TABLE unloaded AS SELECT * FROM ${readCsv(source, columns)}`);
      for (const { name, isMine } of filesOf(unload, csv.byteLength)) {
        const path = join(dir, 'file.parquet');
        const rows = await writeRows(connection, isMine, path);
        if (rows === 0) continue;
        const body = await readFile(path);
        const meta = { content_length: body.byteLength, record_count: rows };
        entries.push({ url: await put(name, body), meta });
      }
    });
    await put('manifest', JSON.stringify(manifestOf(entries, columns)));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const numbered = (n: number, digits: number) => String(n).padStart(digits, '0');

/** The files' names, and which rows are whose: every slice has its own, or the files follow each other in the rows' order. */
function filesOf(
  { parallel, maxFileBytes }: UnloadCommand,
  bytes: number,
): { name: string; isMine: string }[] {
  if (!parallel) {
    const count = Math.ceil(bytes / maxFileBytes);
    return Array.from({ length: count }, (_, i) => ({
      name: `${numbered(i, 3)}.parquet`,
      isMine: `rowid * ${count} // (SELECT count(*) FROM unloaded) = ${i}`,
    }));
  }
  const count = slices * Math.ceil(bytes / (slices * maxFileBytes));
  return Array.from({ length: count }, (_, i) => ({
    name: `${numbered(i % slices, 4)}_part_${numbered(Math.floor(i / slices), 2)}.parquet`,
    isMine: `rowid % ${count} = ${i}`,
  }));
}

async function writeRows(connection: DuckDBConnection, isMine: string, path: string): Promise<number> {
  const mine = `SELECT * FROM unloaded WHERE ${isMine}`;
  await connection.run(`COPY (${mine}) TO ${stringLiteral(path)} (FORMAT parquet, COMPRESSION snappy)`);
  const { n } = await queryOne(connection, `SELECT count(*) AS n FROM read_parquet(${stringLiteral(path)})`);
  return Number(n);
}

function readCsv(path: string, columns: readonly UnloadedColumn[]): string {
  const typed = columns.map(({ name, type }) => `${stringLiteral(name)}: '${type}'`).join(', ');
  return `read_csv(${stringLiteral(path)}, header = false, delim = ',', quote = '"', escape = '"', auto_detect = false,
    nullstr = '', allow_quoted_nulls = false, max_line_size = 4194304, buffer_size = 8388608, columns = {${typed}})`;
}

interface ManifestEntry {
  url: string;
  meta: { content_length: number; record_count: number };
}

function manifestOf(entries: readonly ManifestEntry[], columns: readonly UnloadedColumn[]) {
  const sum = (name: keyof ManifestEntry['meta']) => entries.reduce((all, { meta }) => all + meta[name], 0);
  return {
    entries,
    schema: { elements: columns.map(({ name, base }) => ({ name, type: { base } })) },
    meta: { content_length: sum('content_length'), record_count: sum('record_count') },
    author: { name: 'Amazon Redshift', version: '1.0.0' },
  };
}
