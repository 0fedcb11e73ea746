import type { ColumnType } from '@foretell/core/contracts/primitives';
import { inPieces } from '@foretell/core/domain/in-pieces';
import { query, queryOne, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import type { RawColumn, RawTable } from './raw-table.ts';
import { candidatesFor, type Candidate } from './type-candidates.ts';

/** A column of the feature set: its type, and the expression over the raw table that makes it so. */
export interface TypedColumn {
  name: string;
  type: ColumnType;
  sql: string;
}

/** Rows of the head; of thousands of columns fewer, which rule out as much. */
const headRows = { most: 500, fewest: 20 };
const headCells = 60_000;

/** Columns that are checked on all rows by one statement: planning it takes more than in proportion to its expressions. */
const columnsAtOnce = 50;

/** A column and the candidates for its type that are not ruled out. */
interface OpenColumn {
  column: RawColumn;
  candidates: Candidate[];
}

/**
 * A column has the narrowest type that every one of its cells fits, over the whole file. The head of the file rules most
 * types out cheaply; what remains is checked on all rows.
 */
export async function inferColumns(
  connection: DuckDBConnection,
  raw: RawTable,
  timeColumn: string | null,
): Promise<TypedColumn[]> {
  const typed: TypedColumn[] = [];
  for (const some of inPieces(await openAfterHead(connection, raw, timeColumn), columnsAtOnce))
    typed.push(...(await settle(connection, raw.from, some)));
  return typed;
}

async function openAfterHead(
  connection: DuckDBConnection,
  { from, columns }: RawTable,
  timeColumn: string | null,
): Promise<OpenColumn[]> {
  const rows = Math.min(headRows.most, Math.max(headRows.fewest, Math.floor(headCells / columns.length)));
  await connection.run(`CREATE TEMP TABLE head AS SELECT * FROM ${from} LIMIT ${rows}`);
  const isTime = ({ name }: RawColumn) => name === timeColumn;
  const open = new Map<RawColumn, OpenColumn>();
  for (const alike of Map.groupBy(columns, (column) => `${column.type} ${isTime(column)}`).values())
    for (const one of await openOf(connection, alike, alike.some(isTime))) open.set(one.column, one);
  await connection.run('DROP TABLE head');
  return columns.flatMap((column) => open.get(column) ?? []);
}

/** Columns of one type have the same candidates: their cells are made rows of one column and judged by one statement. */
async function openOf(
  connection: DuckDBConnection,
  columns: readonly RawColumn[],
  isTime: boolean,
): Promise<OpenColumn[]> {
  const open = columns.map((column) => ({ column, candidates: candidatesFor(column, isTime) }));
  const shared = candidatesFor({ name: 'cell', cell: 'cell', type: columns[0]?.type ?? 'text' }, isTime);
  if (shared.every(({ always }) => always)) return open;
  const lost = shared.map((candidate, i) => `${lostBy(candidate)} AS lost${i}`);
  const cells = columns.map(({ cell }) => cell);
  const rows = await query(
    connection,
    `SELECT ${lost.join(', ')} FROM (
      SELECT unnest([${cells.join(', ')}]) AS cell, unnest(range(${cells.length})) AS place FROM head
    ) GROUP BY place ORDER BY place`,
  );
  return open.map(({ column, candidates }, place) => ({
    column,
    candidates: candidates.filter(({ always }, i) => always || rows[place]?.[`lost${i}`] === 0),
  }));
}

/** Each column with the first of its candidates that every row fits. */
async function settle(
  connection: DuckDBConnection,
  from: string,
  open: readonly OpenColumn[],
): Promise<TypedColumn[]> {
  const settled = new Map<RawColumn, Candidate>();
  for (let left = open; left.length > 0;) {
    const tried = left.map(({ column, candidates: [first] }) => {
      if (!first) throw new Error(`no type fits column ${column.name}`);
      return { column, first };
    });
    const fit = await fitting(
      connection,
      from,
      tried.map(({ first }) => first),
    );
    for (const { column, first } of tried) if (fit.has(first)) settled.set(column, first);
    left = left
      .filter(({ column }) => !settled.has(column))
      .map(({ column, candidates }) => ({ column, candidates: candidates.slice(1) }));
  }
  return open.flatMap(({ column }) => {
    const found = settled.get(column);
    return found ? [{ name: column.name, type: found.type, sql: found.proven ?? found.sql }] : [];
  });
}

/** Those candidates that lose no value and have at least one to show for it. */
async function fitting(
  connection: DuckDBConnection,
  from: string,
  candidates: readonly Candidate[],
): Promise<Set<Candidate>> {
  const tested = candidates.filter(({ always }) => !always);
  const fit = new Set(candidates.filter(({ always }) => always));
  if (tested.length === 0) return fit;
  const counts = tested.flatMap((candidate, i) => [
    `${lostBy(candidate)} AS lost${i}`,
    `count(CASE WHEN ${candidate.present} THEN 1 END) AS present${i}`,
  ]);
  const row = await queryOne(connection, `SELECT ${counts.join(', ')} FROM ${from}`);
  tested.forEach((candidate, i) => {
    if (row[`lost${i}`] === 0 && Number(row[`present${i}`]) > 0) fit.add(candidate);
  });
  return fit;
}

/** The number of values that a candidate would lose. */
const lostBy = ({ present, sql }: Candidate) => `count(CASE WHEN ${present} AND (${sql}) IS NULL THEN 1 END)`;
