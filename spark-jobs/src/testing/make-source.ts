import type { ColumnType, Scalar } from '@foretell/core/contracts/primitives';
import { identifier, stringLiteral } from '../dialect.ts';
import { copyToParquet, withDuckDb } from '../duckdb.ts';
import { sourceOf, type Source } from '../source.ts';

export type TestRow = Record<string, Scalar>;

const sqlTypes: Record<ColumnType, string> = {
  string: 'VARCHAR',
  integer: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
};

/** A feature set of one Parquet file, written from rows; timestamps are epoch microseconds. */
export async function makeSource(
  path: string,
  columns: Record<string, ColumnType>,
  rows: readonly TestRow[],
): Promise<Source> {
  const names = Object.keys(columns);
  await withDuckDb({ threads: 1, memoryMb: 500, tempDir: `${path}.spill` }, async (connection) => {
    const defined = names.map((name) => `${identifier(name)} ${sqlTypes[columns[name] ?? 'string']}`);
    await connection.run(`CREATE TABLE made (${defined.join(', ')})`);
    for (let start = 0; start < rows.length; start += 500) {
      const values = rows
        .slice(start, start + 500)
        .map((row) => `(${names.map((name) => literal(row[name] ?? null, columns[name])).join(', ')})`);
      await connection.run(`INSERT INTO made VALUES ${values.join(', ')}`);
    }
    await copyToParquet(connection, 'SELECT * FROM made', path);
  });
  const schema = { columns: names.map((name) => ({ name, type: columns[name] ?? 'string' })) };
  return sourceOf([path], schema, {
    rows: rows.length,
    computedAt: new Date(0).toISOString(),
    columns: schema.columns.map(({ name, type }) => summaryOf(name, type, rows)),
  });
}

function literal(value: Scalar, type: ColumnType | undefined): string {
  if (value === null) return 'NULL';
  if (type === 'timestamp') return `make_timestamp(${String(value)})`;
  return typeof value === 'string' ? stringLiteral(value) : String(value);
}

/** Only what the compiler asks for. */
function summaryOf(name: string, type: ColumnType, rows: readonly TestRow[]) {
  const numbers = rows.map((row) => row[name]).filter((value) => typeof value === 'number');
  const nulls = rows.filter((row) => (row[name] ?? null) === null).length;
  const [min, max] = numbers.length > 0 ? [Math.min(...numbers), Math.max(...numbers)] : [null, null];
  const none = { mean: null, std: null, quantiles: [], histogram: [], topValues: [], distinct: 0 };
  return { name, type, nulls, nullShare: nulls / rows.length, min, max, ...none };
}
