import { identifier, stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import { importProblem } from './import-problem.ts';
import type { RawColumn, RawTable } from './raw-table.ts';

export async function readParquet(connection: DuckDBConnection, path: string): Promise<RawTable> {
  const from = `read_parquet(${stringLiteral(path)})`;
  try {
    await connection.run(`CREATE VIEW raw AS SELECT * FROM ${from}`);
    const described = await query(connection, 'DESCRIBE raw');
    return {
      from: 'raw',
      columns: described.map((row) => rawColumn(String(row['column_name']), String(row['column_type']))),
    };
  } catch (error) {
    throw unreadableParquet(error);
  }
}

function rawColumn(name: string, type: string): RawColumn {
  const cell = identifier(name);
  if (type === 'VARCHAR') return { name, cell, type: 'string' };
  if (type === 'UUID' || type.startsWith('ENUM'))
    return { name, cell: `CAST(${cell} AS VARCHAR)`, type: 'string' };
  if (/^(STRUCT|MAP|UNION)\(|\]$/.test(type))
    return { name, cell: `CAST(to_json(${cell}) AS VARCHAR)`, type: 'string' };
  if (type === 'BLOB') return { name, cell: `hex(${cell})`, type: 'string' };
  return { name, cell, type };
}

/** A file that ends as Parquet does may still be broken within. */
export function unreadableParquet(error: unknown): unknown {
  const text = error instanceof Error ? error.message : String(error);
  if (!/parquet|thrift|magic bytes|decompress|snappy|zstd|Invalid Input Error|IO Error/i.test(text))
    return error;
  return importProblem(
    'unreadable_parquet',
    'The Parquet file cannot be read: it is damaged or cut off. Upload it again.',
    { cause: error },
  );
}
