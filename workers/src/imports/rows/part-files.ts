import { mkdir } from 'node:fs/promises';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { withDuckDb, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import type { CellKind } from './cell.ts';

/** The longest line that the engine reads whole. */
export const maxRowBytes = 2 * 1024 * 1024;

const sqlTypes: Record<CellKind, string> = {
  boolean: 'BOOLEAN',
  number: 'DOUBLE',
  string: 'VARCHAR',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
};

/**
 * Small on purpose: an import runs beside others in one worker, and what does not fit is spilled. Of many columns it holds a
 * block of each.
 */
const engineMb = { least: 32, ofColumn: 0.35 };

interface SmallEngineOptions {
  /** Of the widest file. @default few */
  columns?: number;
  /** Stops it. @default nothing does */
  signal?: AbortSignal;
}

/** One thread, so that rows keep their order and memory its bound. */
export function withSmallEngine<T>(
  tempDir: string,
  work: (connection: DuckDBConnection) => Promise<T>,
  { columns = 0, signal }: SmallEngineOptions = {},
): Promise<T> {
  const memoryMb = Math.ceil(Math.max(engineMb.least, engineMb.ofColumn * columns));
  return withDuckDb({ threads: 1, memoryMb, tempDir, ...(signal ? { signal } : {}) }, work);
}

/** Cells of a row group stay in memory until it is written. */
const cellsInRowGroup = 200_000;
/** DuckDB's vectors have 2,048 rows. */
const vectorRows = 2_048;

export function parquetOptions(columns: number): string {
  const rows = Math.min(20_480, Math.max(vectorRows, Math.floor(cellsInRowGroup / columns)));
  return `(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rows})`;
}

/** The number of a row in its part. */
export const rowNumber = 'c0';

/** Rows as CSV without a header, the later columns missing from early lines, as one Parquet file. */
export async function partFromCsv(
  source: string,
  target: string,
  variants: readonly { place: string; kind: CellKind; whole: boolean }[],
  tempDir: string,
): Promise<void> {
  await mkdir(tempDir, { recursive: true });
  const typed = variants.map(
    ({ place, kind, whole }) => `'${place}': '${kind === 'number' && whole ? 'BIGINT' : sqlTypes[kind]}'`,
  );
  const options = [
    'auto_detect = false',
    'header = false',
    `delim = ','`,
    `quote = '"'`,
    `escape = '"'`,
    'null_padding = true',
    'parallel = false',
    `new_line = '\\n'`,
    `max_line_size = ${maxRowBytes}`,
    `buffer_size = ${2 * maxRowBytes}`,
    `columns = {${[`'${rowNumber}': 'BIGINT'`, ...typed].join(', ')}}`,
  ].join(', ');
  await withSmallEngine(
    tempDir,
    (connection) =>
      connection.run(
        `COPY (SELECT * FROM read_csv(${stringLiteral(source)}, ${options})) TO ${stringLiteral(target)} ${parquetOptions(variants.length + 1)}`,
      ),
    { columns: variants.length },
  );
}
