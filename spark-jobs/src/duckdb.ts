import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { stringLiteral } from './dialect.ts';

export type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';

export interface DuckDbOptions {
  threads: number;
  memoryMb: number;
  /** Where it spills what does not fit in memory. */
  tempDir: string;
  /** Its abort stops whatever statement runs. @default nothing stops it */
  signal?: AbortSignal;
}

/** Answers like Spark's (division by zero is NULL, NULLs first ascending), no network, no extensions from outside. */
const settings = [
  'SET ieee_floating_point_ops = false',
  "SET default_null_order = 'nulls_first_on_asc_last_on_desc'",
  'SET autoinstall_known_extensions = false',
  'SET autoload_known_extensions = false',
  'SET enable_progress_bar = false',
  "SET TimeZone = 'UTC'",
];

/** A statement can begin just after an interrupt: they go on until the work has ended. */
const interruptEveryMs = 50;

/** Runs `work` on the connection; once `signal` aborts no statement of it runs on, and its reason is thrown. */
async function interruptible<T>(
  connection: DuckDBConnection,
  signal: AbortSignal | undefined,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  if (!signal) return work(connection);
  signal.throwIfAborted();
  let timer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    connection.interrupt();
    timer = setTimeout(interrupt, interruptEveryMs);
  };
  signal.addEventListener('abort', interrupt);
  try {
    return await work(connection);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', interrupt);
    clearTimeout(timer);
  }
}

/** An in-memory DuckDB of its own, closed when `work` ends. */
export async function withDuckDb<T>(
  options: DuckDbOptions,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${options.memoryMb}MB`,
    temp_directory: options.tempDir,
  });
  try {
    const connection = await instance.connect();
    try {
      for (const setting of settings) await connection.run(setting);
      return await interruptible(connection, options.signal, work);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

export type Row = Record<string, unknown>;

/** Rows as plain objects: BIGINT and DECIMAL come as numbers, so ask only for what fits in 2^53. */
export async function query(connection: DuckDBConnection, sql: string): Promise<Row[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader
    .getRowObjectsJS()
    .map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plain(value)])));
}

export async function queryOne(connection: DuckDBConnection, sql: string): Promise<Row> {
  const [row] = await query(connection, sql);
  if (!row) throw new Error(`no row from: ${sql.slice(0, 200)}`);
  return row;
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

/** Writes a table or query as one Parquet file. */
export async function copyToParquet(
  connection: DuckDBConnection,
  select: string,
  path: string,
): Promise<void> {
  await connection.run(`COPY (${select}) TO ${stringLiteral(path)} (FORMAT parquet, COMPRESSION zstd)`);
}
