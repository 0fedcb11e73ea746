import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { copyToParquet, query } from '@foretell/spark-jobs/duckdb';
import { withSmallEngine } from '../../rows/part-files.ts';
import { partOfUnloaded, topOf } from './parquet-part.ts';

let dir: string;
beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'foretell-unload-'))));
afterEach(() => rm(dir, { recursive: true }));

/** The part that a file of the query's rows becomes, and what is in it. */
const partOf = (select: string, incrementalColumn?: string) =>
  withSmallEngine(dir, async (connection) => {
    const [source, target] = [join(dir, 'source.parquet'), join(dir, 'target.parquet')];
    await copyToParquet(connection, select, source);
    const part = await partOfUnloaded(connection, source, target, incrementalColumn);
    const rows = await query(connection, `SELECT * FROM read_parquet(${stringLiteral(target)})`);
    return { ...part, cells: rows };
  });

test('numbers are whole where all of them are, exactly; what is nothing has no cell', async () => {
  const part = await partOf(`SELECT * FROM (VALUES
    (1::SMALLINT, 9007199254740993, 1.00::DECIMAL(10,2), 1.50::DECIMAL(10,2), 1e17::DOUBLE, 'NaN'::DOUBLE, '', NULL::DATE),
    (2, -9223372036854775808, 3, 2, 2, 'Infinity', 'a', NULL)
  ) AS t (small, big, cents, price, far, never, note, day)`);
  expect(part.variants).toEqual([
    { column: 'small', kind: 'number', place: 'c1', values: 2, whole: true },
    { column: 'big', kind: 'number', place: 'c2', values: 2, whole: true },
    { column: 'cents', kind: 'number', place: 'c3', values: 2, whole: true },
    { column: 'price', kind: 'number', place: 'c4', values: 2, whole: false },
    { column: 'far', kind: 'number', place: 'c5', values: 2, whole: false },
    { column: 'note', kind: 'string', place: 'c7', values: 1, whole: false },
  ]);
  expect(part.rows).toBe(2);
  expect(part.cells.map(({ c0, c3, c4, c5, c7 }) => [c0, c3, c4, c5, c7])).toEqual([
    [0, 1, 1.5, 1e17, null],
    [1, 3, 2, 2, 'a'],
  ]);
});

test('times are of UTC, texts need no mark of being one', async () => {
  const part = await partOf(
    `SELECT TIMESTAMPTZ '2026-01-01 02:00:00+02' AS at, encode('zoë') AS note, TIME '10:00:00' AS hour`,
  );
  expect(part.cells).toEqual([
    expect.objectContaining({ c1: new Date('2026-01-01T00:00:00Z'), c2: 'zoë', c3: '10:00:00' }),
  ]);
});

test('the greatest value of a column is found among the parts, as what it is', async () => {
  const first = await partOf('SELECT * FROM (VALUES (9), (10), (NULL)) AS t (id)', 'id');
  const second = await partOf('SELECT NULL::INTEGER AS id', 'id');
  const third = await partOf('SELECT 100 AS id', 'id');
  const tops = [first, second, third].map(({ top }) => top);
  expect(await withSmallEngine(dir, (connection) => topOf(connection, tops))).toBe('100');
  expect(await withSmallEngine(dir, (connection) => topOf(connection, [second.top]))).toBeNull();
  expect(second.variants).toEqual([]);
});
