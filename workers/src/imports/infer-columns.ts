import type { ColumnType } from '@foretell/core/contracts/primitives';
import { queryOne, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import type { RawColumn, RawTable } from './raw-table.ts';
import { candidatesFor, type Candidate } from './type-candidates.ts';

/** A column of the feature set: its type, and the expression over the raw table that makes it so. */
export interface TypedColumn {
  name: string;
  type: ColumnType;
  sql: string;
}

const headRows = 500;

/** Columns that are judged by one statement: each has a dozen expressions of its own. */
const columnsAtOnce = 200;

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
  for (let start = 0; start < raw.columns.length; start += columnsAtOnce) {
    const columns = raw.columns.slice(start, start + columnsAtOnce);
    typed.push(...(await inferSome(connection, { ...raw, columns }, timeColumn)));
  }
  return typed;
}

async function inferSome(
  connection: DuckDBConnection,
  raw: RawTable,
  timeColumn: string | null,
): Promise<TypedColumn[]> {
  const head = `(SELECT * FROM ${raw.from} LIMIT ${headRows})`;
  let open = raw.columns.map((column) => ({
    column,
    candidates: candidatesFor(column, column.name === timeColumn),
  }));
  const fits = await checkAll(
    connection,
    head,
    open.flatMap(({ candidates }) => candidates),
    0,
  );
  open = open.map(({ column, candidates }) => ({
    column,
    candidates: candidates.filter((c) => fits.has(c)),
  }));
  const typed = new Map<RawColumn, Candidate>();
  while (typed.size < raw.columns.length) {
    const next = open.filter(({ column }) => !typed.has(column));
    const tried = next.flatMap(({ candidates: [first] }) => (first ? [first] : []));
    const passed = await checkAll(connection, raw.from, tried, 1);
    for (const entry of next) {
      const [first, ...rest] = entry.candidates;
      if (!first) throw new Error(`no type fits column ${entry.column.name}`);
      if (passed.has(first)) typed.set(entry.column, first);
      entry.candidates = rest;
    }
  }
  return raw.columns.map((column) => {
    const candidate = typed.get(column);
    if (!candidate) throw new Error(`column ${column.name} was left without a type`);
    return { name: column.name, type: candidate.type, sql: candidate.sql };
  });
}

/** Those candidates that lose no value and have at least `evidence` values to show for it. */
async function checkAll(
  connection: DuckDBConnection,
  from: string,
  candidates: readonly Candidate[],
  evidence: number,
): Promise<Set<Candidate>> {
  const tested = candidates.filter(({ always }) => !always);
  const passed = new Set(candidates.filter(({ always }) => always));
  if (tested.length === 0) return passed;
  const counts = tested.flatMap(({ present, sql }, i) => [
    `count(CASE WHEN ${present} AND (${sql}) IS NULL THEN 1 END) AS lost${i}`,
    `count(CASE WHEN ${present} THEN 1 END) AS present${i}`,
  ]);
  const row = await queryOne(connection, `SELECT ${counts.join(', ')} FROM ${from}`);
  tested.forEach((candidate, i) => {
    if (row[`lost${i}`] === 0 && Number(row[`present${i}`]) >= evidence) passed.add(candidate);
  });
  return passed;
}
