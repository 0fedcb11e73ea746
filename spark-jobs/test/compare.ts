import { join } from 'node:path';
import { stringLiteral } from '../src/dialect.ts';
import { withDuckDb, type DuckDBConnection } from '../src/duckdb.ts';
import type { RunManifest } from '../src/job.ts';

export type Cells = Record<string, unknown>[];

/** The rows a manifest names, in an order that depends on nothing but their cells. */
export async function readRows(
  connection: DuckDBConnection,
  dir: string,
  { files }: Pick<RunManifest, 'files'>,
): Promise<Cells> {
  const paths = files.map(({ file }) => stringLiteral(join(dir, file)));
  const reader = await connection.runAndReadAll(
    `SELECT * FROM read_parquet([${paths.join(', ')}]) ORDER BY ALL NULLS FIRST`,
  );
  return reader.getRowObjectsJS();
}

/**
 * Every cell of one side that is not the other's, bit for bit (−0 is not 0, NaN is NaN), in words; the first few of them.
 * `close` columns may differ by that share of their value.
 */
export function differences(
  left: Cells,
  right: Cells,
  close: ReadonlyMap<string, number> = new Map(),
): string[] {
  if (left.length !== right.length) return [`${left.length} rows and ${right.length}`];
  const found: string[] = [];
  for (const [i, row] of left.entries()) {
    const other = right[i] ?? {};
    for (const column of new Set([...Object.keys(row), ...Object.keys(other)]))
      if (!same(row[column], other[column], close.get(column) ?? 0))
        found.push(`row ${i} ${column}: ${shown(row[column])} and ${shown(other[column])}`);
    if (found.length > 20) return [...found.slice(0, 20), '…'];
  }
  return found;
}

function same(a: unknown, b: unknown, share: number): boolean {
  if (Object.is(a, b) || (a instanceof Date && b instanceof Date && a.getTime() === b.getTime())) return true;
  if (typeof a !== 'number' || typeof b !== 'number') return false;
  return Math.abs(a - b) <= share * Math.max(Math.abs(a), Math.abs(b));
}

const shown = (value: unknown) =>
  typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : JSON.stringify(value);

export const withReader = <T>(
  tempDir: string,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> => withDuckDb({ threads: 1, memoryMb: 1024, tempDir }, work);
