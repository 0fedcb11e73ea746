import { stat } from 'node:fs/promises';
import { inPieces } from '@foretell/core/domain/in-pieces';
import { identifier, stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, queryOne, withDuckDb, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import type { CellKind } from '../../rows/cell.ts';
import { parquetOptions, rowNumber } from '../../rows/part-files.ts';
import type { StagedPart } from '../../rows/row-stager.ts';

interface UnloadedColumn {
  column: string;
  /** As the engine names it. */
  type: string;
  kind: CellKind;
  /** Of the cell; NULL is nothing. */
  cell: string;
  /** Whether the cell is a whole number, exactly. */
  isWhole: string;
}

/** One Parquet file of an UNLOAD as a part, and the greatest value of a column in it. */
export interface UnloadedPart extends StagedPart {
  top: { type: string; value: string | null } | null;
}

const wholeTypes = /^U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?$/;
const greatestExact = Number.MAX_SAFE_INTEGER;

/** NaN and the infinite are nothing, and so is the empty text. */
function columnOf(column: string, type: string): UnloadedColumn {
  const name = identifier(column);
  const of = (kind: CellKind, cell: string, isWhole = 'false') => ({ column, type, kind, cell, isWhole });
  if (type === 'BOOLEAN') return of('boolean', name);
  if (type === 'DATE') return of('date', name);
  if (type.startsWith('TIMESTAMP')) return of('timestamp', `CAST(${name} AS TIMESTAMP)`);
  if (wholeTypes.test(type)) return of('number', name, 'true');
  if (type.startsWith('DECIMAL')) return of('number', name, `TRY_CAST(${name} AS BIGINT) = ${name}`);
  if (type === 'FLOAT' || type === 'DOUBLE') {
    const cell = `CASE WHEN isfinite(${name}) THEN CAST(${name} AS DOUBLE) END`;
    return of('number', cell, `${name} = trunc(${name}) AND abs(${name}) <= ${greatestExact}`);
  }
  return of('string', `nullif(CAST(${name} AS VARCHAR), '')`);
}

/** A page of each column is held at once, of the file that is read and of the one that is written. */
const engineMb = { least: 64, ofColumn: 0.3 };

/** An engine for files of so many columns. */
export function withUnloadEngine<T>(
  columns: number,
  tempDir: string,
  work: (connection: DuckDBConnection) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const memoryMb = Math.ceil(engineMb.least + engineMb.ofColumn * columns);
  return withDuckDb({ threads: 1, memoryMb, tempDir, signal }, work);
}

/**
 * Turns a file that Redshift unloaded into a part at `target`. Whole numbers are exact to 64 bits; a column of which all
 * values are whole has them as such.
 */
export async function partOfUnloaded(
  connection: DuckDBConnection,
  source: string,
  target: string,
  incrementalColumn: string | undefined,
): Promise<UnloadedPart> {
  // Binary columns cannot be unloaded as Parquet: what is not marked as text is a text all the same.
  const from = `read_parquet(${stringLiteral(source)}, file_row_number = true, binary_as_string = true)`;
  const columns = (await query(connection, `DESCRIBE SELECT * EXCLUDE (file_row_number) FROM ${from}`)).map(
    (row) => columnOf(String(row['column_name']), String(row['column_type'])),
  );
  const top = columns.find(({ column }) => column === incrementalColumn);
  const found = await measure(connection, from, columns, top);
  const kept = columns
    .map((column, i) => ({ ...column, ...(found.columns[i] ?? nothing), place: `c${i + 1}` }))
    .filter(({ values }) => values > 0);
  const cells = kept.map(({ cell, place, kind, whole }) =>
    kind === 'number' ? `CAST(${cell} AS ${whole ? 'BIGINT' : 'DOUBLE'}) AS ${place}` : `${cell} AS ${place}`,
  );
  await connection.run(
    `COPY (SELECT ${[`file_row_number AS ${rowNumber}`, ...cells].join(', ')} FROM ${from}) TO ${stringLiteral(target)} ${parquetOptions(kept.length + 1)}`,
  );
  return {
    path: target,
    rows: found.rows,
    bytes: (await stat(target)).size,
    variants: kept.map(({ column, kind, place, values, whole }) => ({ column, kind, place, values, whole })),
    top: top ? { type: top.type, value: found.top } : null,
  };
}

/** What a statement takes of memory beside the engine's own bound grows with its expressions: of many columns some at once. */
const columnsAtOnce = 20;
const nothing = { values: 0, whole: true };

interface Measured {
  rows: number;
  top: string | null;
  columns: { values: number; whole: boolean }[];
}

async function measure(
  connection: DuckDBConnection,
  from: string,
  columns: readonly UnloadedColumn[],
  top: UnloadedColumn | undefined,
): Promise<Measured> {
  const greatest = top ? `CAST(max(${identifier(top.column)}) AS VARCHAR)` : 'NULL';
  const all = await queryOne(connection, `SELECT count(*) AS rows, ${greatest} AS top FROM ${from}`);
  const measured: Measured['columns'] = [];
  for (const some of inPieces(columns, columnsAtOnce)) {
    const measures = some.flatMap(({ cell, isWhole }, i) => [
      `count(${cell}) AS values_${i}`,
      `bool_and(${isWhole}) FILTER (${cell} IS NOT NULL) AS whole_${i}`,
    ]);
    const row = await queryOne(connection, `SELECT ${measures.join(', ')} FROM ${from}`);
    measured.push(
      ...some.map((_, i) => ({ values: Number(row[`values_${i}`]), whole: row[`whole_${i}`] !== false })),
    );
  }
  return { rows: Number(all['rows']), top: all['top'] as string | null, columns: measured };
}

/** The greatest of several parts' greatest values, as text; null when none has one. */
export async function topOf(
  connection: DuckDBConnection,
  tops: readonly UnloadedPart['top'][],
): Promise<string | null> {
  const values = tops.flatMap((top) =>
    top === null || top.value === null ? [] : [`CAST(${stringLiteral(top.value)} AS ${top.type})`],
  );
  if (values.length === 0) return null;
  const { top } = await queryOne(
    connection,
    `SELECT CAST(max(value) AS VARCHAR) AS top FROM (VALUES ${values.map((value) => `(${value})`).join(', ')}) AS tops (value)`,
  );
  return top as string;
}
