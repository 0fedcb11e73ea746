import { stat } from 'node:fs/promises';
import { identifier, stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, queryOne, type DuckDBConnection, type Row } from '@foretell/spark-jobs/duckdb';
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
    .map((column, i) => ({
      ...column,
      place: `c${i + 1}`,
      values: Number(found[`values_${i}`]),
      whole: found[`whole_${i}`] !== false,
    }))
    .filter(({ values }) => values > 0);
  const cells = kept.map(({ cell, place, kind, whole }) =>
    kind === 'number' ? `CAST(${cell} AS ${whole ? 'BIGINT' : 'DOUBLE'}) AS ${place}` : `${cell} AS ${place}`,
  );
  await connection.run(
    `COPY (SELECT ${[`file_row_number AS ${rowNumber}`, ...cells].join(', ')} FROM ${from})
     TO ${stringLiteral(target)} ${parquetOptions(cells.length + 1)}`,
  );
  return {
    path: target,
    rows: Number(found['rows']),
    bytes: (await stat(target)).size,
    variants: kept.map(({ column, kind, place, values, whole }) => ({ column, kind, place, values, whole })),
    top: top ? { type: top.type, value: (found['top'] as string | null) ?? null } : null,
  };
}

function measure(
  connection: DuckDBConnection,
  from: string,
  columns: readonly UnloadedColumn[],
  top: UnloadedColumn | undefined,
): Promise<Row> {
  const measures = columns.flatMap(({ cell, isWhole }, i) => [
    `count(${cell}) AS values_${i}`,
    `bool_and(${isWhole}) FILTER (${cell} IS NOT NULL) AS whole_${i}`,
  ]);
  if (top) measures.push(`CAST(max(${identifier(top.column)}) AS VARCHAR) AS top`);
  return queryOne(connection, `SELECT ${['count(*) AS rows', ...measures].join(', ')} FROM ${from}`);
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
