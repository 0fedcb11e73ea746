import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AcceptedRecord } from '@foretell/core/contracts/messages';
import type { ColumnType, Scalar } from '@foretell/core/contracts/primitives';
import { identifier, stringLiteral } from '@foretell/spark-jobs/dialect';
import { withDuckDb } from '@foretell/spark-jobs/duckdb';
import { recordIdColumn, timestampColumn, type Column } from './record-columns.ts';

const duckDbTypes: Record<ColumnType, string> = {
  string: 'VARCHAR',
  integer: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
};

/** As DuckDB casts it: times in UTC without an offset, which it would ignore. */
function cellOf(value: Scalar | undefined, type: ColumnType): Scalar {
  if (value === undefined || value === null) return null;
  if (type === 'timestamp') return new Date(String(value)).toISOString().slice(0, -1);
  return type === 'string' ? String(value) : value;
}

/** Columns go by position until the last: names of a user's choice may differ in letter case alone. */
const placeOf = (index: number) => `c${index}`;

function rowOf({ recordId, timestamp, values }: AcceptedRecord, columns: readonly Column[]) {
  const cells = columns.map(({ type, name }) => cellOf(values[name], type));
  const all = [recordId, cellOf(timestamp, 'timestamp'), ...cells];
  return Object.fromEntries(all.map((cell, index) => [placeOf(index), cell]));
}

/** Records as one Parquet file: their id, their time, and the given columns. */
export async function writeRecords(
  dir: string,
  records: readonly AcceptedRecord[],
  columns: readonly Column[],
): Promise<string> {
  const [source, target] = [join(dir, 'records.jsonl'), join(dir, 'records.parquet')];
  const own = columns.filter(({ name }) => name !== recordIdColumn && name !== timestampColumn);
  await writeFile(source, records.map((record) => `${JSON.stringify(rowOf(record, own))}\n`).join(''));
  const all: Column[] = [
    { name: recordIdColumn, type: 'string' },
    { name: timestampColumn, type: 'timestamp' },
    ...own,
  ];
  const types = all.map(({ type }, index) => `${placeOf(index)}: '${duckDbTypes[type]}'`);
  const scan = `read_json(${stringLiteral(source)}, format = 'newline_delimited', columns = {${types.join(', ')}})`;
  const selected = all.map(({ name }, index) => `${placeOf(index)} AS ${identifier(name)}`).join(', ');
  await withDuckDb({ threads: 1, memoryMb: 256, tempDir: join(dir, 'spill') }, (connection) =>
    connection.run(
      `COPY (SELECT ${selected} FROM ${scan}) TO ${stringLiteral(target)} (FORMAT parquet, COMPRESSION zstd)`,
    ),
  );
  return target;
}
