import { extname } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

export type Row = Record<string, string | number | boolean | null>;

/** The newest `limit` rows of a CSV, JSON or Parquet file, by its time column; times as ISO strings. */
export async function lastRows(file: string, timeColumn: string, limit: number): Promise<Row[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  try {
    const reader = readerOf(file);
    const columns = await db.runAndReadAll(`DESCRIBE SELECT * FROM ${reader}`);
    const select = columns
      .getRowObjectsJson()
      .map((row) => selectColumn(String(row['column_name']), String(row['column_type'])));
    const result = await db.runAndReadAll(
      `SELECT ${select.join(', ')} FROM ${reader} ORDER BY ${quotedName(timeColumn)} DESC NULLS LAST LIMIT ${limit}`,
    );
    return result.getRowObjectsJson() as Row[];
  } finally {
    db.closeSync();
    instance.closeSync();
  }
}

function readerOf(file: string): string {
  const path = `'${file.replaceAll("'", "''")}'`;
  const extension = extname(file).toLowerCase();
  if (extension === '.parquet') return `read_parquet(${path})`;
  if (['.json', '.jsonl', '.ndjson'].includes(extension)) return `read_json_auto(${path})`;
  return `read_csv_auto(${path})`;
}

const quotedName = (name: string) => `"${name.replaceAll('"', '""')}"`;

function selectColumn(name: string, type: string): string {
  const quoted = quotedName(name);
  if (/^TIMESTAMP|^DATE/.test(type))
    return `strftime(${quoted}::TIMESTAMP, '%Y-%m-%dT%H:%M:%SZ') AS ${quoted}`;
  if (/INT|DOUBLE|FLOAT|DECIMAL/.test(type)) return `${quoted}::DOUBLE AS ${quoted}`;
  if (type === 'BOOLEAN') return quoted;
  return `${quoted}::VARCHAR AS ${quoted}`;
}
