import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inPieces } from '@foretell/core/domain/in-pieces';
import { identifier, stringLiteral } from '@foretell/spark-jobs/dialect';
import {
  query,
  queryOne,
  withDuckDb,
  type DuckDBConnection,
  type DuckDbOptions,
} from '@foretell/spark-jobs/duckdb';
import { checkBytes, type FileFormat } from './check-bytes.ts';
import { importProblem } from './import-problem.ts';
import { inferColumns, type TypedColumn } from './infer-columns.ts';
import type { WrittenFeatureSet } from './publish-feature-set.ts';
import type { RawTable } from './raw-table.ts';
import { readCsv } from './read-csv.ts';
import { readJson } from './read-json.ts';
import { readParquet, unreadableParquet } from './read-parquet.ts';
import { encodingOf, writeAsUtf8 } from './text-encoding.ts';

/** A part is put in one piece, from memory. */
const partBytes = 128 * 1024 * 1024;

/** Cells of a row group stay in memory until it is written: of thousands of columns a group has fewer rows. */
const cellsInRowGroup = 10_000_000;

/** Each expression of a statement holds vectors of its own: of more columns, some at once are typed into a table. */
const columnsTypedAtOnce = 50;

const readers = { csv: readCsv, jsonl: readJson, parquet: readParquet } as const;

/** Types a file's columns and writes it as Parquet into `outputDir`. Throws in words about what is wrong with the file. */
export async function writeFeatureSet(
  file: { path: string; format: FileFormat; timeColumn: string | null },
  outputDir: string,
  duckDb: DuckDbOptions,
  onTyped: (columns: readonly TypedColumn[]) => Promise<void>,
): Promise<WrittenFeatureSet> {
  await checkBytes(file.path, file.format);
  const path = file.format === 'parquet' ? file.path : await asUtf8(file.path);
  return withDuckDb(duckDb, async (connection) => {
    const raw = await readers[file.format](connection, path);
    checkNames(raw, file.timeColumn);
    try {
      await checkRows(connection, raw);
      const columns = await inferColumns(connection, raw, file.timeColumn);
      await onTyped(columns);
      return await writeParts(connection, raw, columns, outputDir);
    } catch (error) {
      throw file.format === 'parquet' ? unreadableParquet(error) : error;
    }
  });
}

/** The file itself when it is in UTF-8 already: the engine reads nothing else. */
async function asUtf8(path: string): Promise<string> {
  const encoding = await encodingOf(path);
  if (encoding === 'utf-8') return path;
  const target = `${path}.utf-8`;
  await writeAsUtf8(path, target, encoding);
  await rm(path);
  return target;
}

function checkNames({ columns }: RawTable, timeColumn: string | null): void {
  if (columns.length < 2)
    throw importProblem('too_few_columns', 'The file has one column; at least two are needed.', {
      field: 'columns',
    });
  const seen = new Map<string, string>();
  for (const { name } of columns) {
    const known = seen.get(name.toLowerCase());
    if (known !== undefined)
      throw importProblem(
        'duplicate_column',
        known === name
          ? `Two columns are named "${name}".`
          : `Columns "${known}" and "${name}" differ by case alone: engines would take them for one.`,
        { field: name },
      );
    if (name.length > 255)
      throw importProblem('long_name', `A column's name has ${name.length} letters; 255 are allowed.`, {
        field: name.slice(0, 60),
      });
    seen.set(name.toLowerCase(), name);
  }
  if (timeColumn !== null && !columns.some(({ name }) => name === timeColumn))
    throw importProblem(
      'unknown_column',
      `The file has no column "${timeColumn}", which is said to be the time. It has: ${columns.map(({ name }) => name).join(', ')}.`,
      { field: 'timeColumn' },
    );
}

async function checkRows(connection: DuckDBConnection, raw: RawTable): Promise<void> {
  const { any } = await queryOne(
    connection,
    `SELECT count(*) AS any FROM (SELECT 1 FROM ${raw.from} LIMIT 1)`,
  );
  if (any === 0) throw importProblem('no_rows', 'The file names its columns and has no rows.');
}

/** A query of the rows in the file's order: tables made of the same rows are joined by position. */
async function typedRows(
  connection: DuckDBConnection,
  raw: RawTable,
  columns: readonly TypedColumn[],
): Promise<string> {
  const select = (some: readonly TypedColumn[]) =>
    `SELECT ${some.map(({ name, sql }) => `${sql} AS ${identifier(name)}`).join(', ')} FROM ${raw.from}`;
  if (columns.length <= columnsTypedAtOnce) return select(columns);
  const tables: string[] = [];
  for (const some of inPieces(columns, columnsTypedAtOnce)) {
    const table = `typed${tables.length}`;
    await connection.run(`CREATE TEMP TABLE ${table} AS ${select(some)}`);
    tables.push(table);
  }
  return `SELECT * FROM ${tables.join(' POSITIONAL JOIN ')}`;
}

async function writeParts(
  connection: DuckDBConnection,
  raw: RawTable,
  columns: readonly TypedColumn[],
  outputDir: string,
): Promise<WrittenFeatureSet> {
  await mkdir(outputDir, { recursive: true });
  const rowsInGroup = Math.min(122_880, Math.max(2_048, Math.floor(cellsInRowGroup / columns.length)));
  await connection.run(
    `COPY (${await typedRows(connection, raw, columns)}) TO ${stringLiteral(join(outputDir, 'parts'))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowsInGroup}, FILE_SIZE_BYTES ${partBytes}, PER_THREAD_OUTPUT FALSE)`,
  );
  const files: WrittenFeatureSet['files'] = [];
  for (const name of (await readdir(join(outputDir, 'parts'))).sort()) {
    const path = join(outputDir, 'parts', name);
    const [counted] = await query(
      connection,
      `SELECT count(*) AS n FROM read_parquet(${stringLiteral(path)})`,
    );
    files.push({ path, rows: Number(counted?.['n']), bytes: (await stat(path)).size });
  }
  return {
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    schema: { columns: columns.map(({ name, type }) => ({ name, type })) },
    files,
  };
}
