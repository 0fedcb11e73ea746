import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, withDuckDb } from '@foretell/spark-jobs/duckdb';
import { writeFeatureSet } from './write-feature-set.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'foretell-write-feature-set-'));
});
afterAll(() => rm(dir, { recursive: true }));

const engine = { threads: 2, memoryMb: 1000 };

test('a CSV of 2,000 columns is typed column by column, its cells in their rows', async () => {
  const columns = Array.from({ length: 2000 }, (_, i) => i);
  const types = ['string', 'integer', 'double', 'date'] as const;
  const cellOf = (i: number, r: number) => [`t${i + r}`, i * r, i + r / 8, `2024-02-0${r + 1}`][i % 4]!;
  const lineOf = (cell: (i: number) => string | number) => `${columns.map(cell).join(',')}\n`;
  const rows = [0, 1, 2, 3, 4].map((r) => lineOf((i) => cellOf(i, r)));
  const path = join(dir, 'wide.csv');
  await writeFile(path, lineOf((i) => `column ${i}`) + rows.join(''));
  const written = await writeFeatureSet(
    { path, format: 'csv', timeColumn: null },
    join(dir, 'out'),
    { ...engine, tempDir: join(dir, 'spill') },
    () => Promise.resolve(),
  );
  expect(written.rows).toBe(5);
  expect(written.schema.columns).toEqual(
    columns.map((i) => ({ name: `column ${i}`, type: types[i % types.length] })),
  );
  const files = written.files.map((file) => stringLiteral(file.path)).join(', ');
  const [first, ...others] = await withDuckDb({ ...engine, tempDir: dir }, (connection) =>
    query(connection, `SELECT * FROM read_parquet([${files}])`),
  );
  expect(first).toMatchObject({ 'column 1996': 't1996', 'column 1997': 0, 'column 1998': 1998 });
  for (const [at, row] of others.entries())
    for (const i of columns.filter((n) => n % types.length !== 3))
      expect(row[`column ${i}`]).toBe(cellOf(i, at + 1));
});
