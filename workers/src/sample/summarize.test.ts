import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  featureSetSample,
  featureSetSummary,
  type FeatureSetSchema,
} from '@foretell/core/contracts/feature-set';
import { withDuckDb, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import { drawSample } from './draw-sample.ts';
import { summarize } from './summarize.ts';

async function within<T>(sql: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const tempDir = await mkdtemp(join(tmpdir(), 'foretell-summary-'));
  try {
    return await withDuckDb({ threads: 2, memoryMb: 500, tempDir }, async (connection) => {
      await connection.run(`CREATE VIEW data AS ${sql}`);
      return work(connection);
    });
  } finally {
    await rm(tempDir, { recursive: true });
  }
}

const columns: FeatureSetSchema['columns'] = [
  { name: 'n', type: 'integer' },
  { name: 'x', type: 'double' },
  { name: 'word', type: 'string' },
  { name: 'ok', type: 'boolean' },
  { name: 'at', type: 'timestamp' },
  { name: 'day', type: 'date' },
  { name: 'none', type: 'double' },
];
const data = `SELECT i % 10 AS n, CASE WHEN i % 4 = 0 THEN NULL ELSE i * i / 100.0 END AS x, 'w' || (i % 3) AS word, i % 5 = 0 AS ok,
  TIMESTAMP '2024-01-01' + to_minutes(i) AS at, DATE '2024-01-01' + CAST(i // 100 AS INTEGER) AS day, CAST(NULL AS DOUBLE) AS none FROM range(1000) r(i)`;

test('a summary counts exactly', async () => {
  const summary = featureSetSummary.parse(await within(data, (connection) => summarize(connection, columns)));
  const [n, x, word, ok, at, day, none] = summary.columns;
  expect(summary.rows).toBe(1000);
  expect(n).toMatchObject({ nulls: 0, distinct: 10, min: 0, max: 9, mean: 4.5 });
  expect(n?.histogram).toEqual(Array.from({ length: 10 }, (_, i) => ({ low: i, high: i + 1, count: 100 })));
  expect(n?.topValues).toHaveLength(10);
  expect(x).toMatchObject({ nulls: 250, nullShare: 0.25, distinct: 750, max: 9980.01 });
  expect(x?.quantiles.find(({ p }) => p === 0.5)?.value).toBe(2490.01);
  expect(word).toMatchObject({ distinct: 3, min: 'w0', max: 'w2', mean: null, histogram: [] });
  expect(word?.topValues[0]).toEqual({ value: 'w0', count: 334 });
  expect(ok).toMatchObject({ distinct: 2, mean: 0.2, min: false, max: true });
  expect(at).toMatchObject({
    min: '2024-01-01T00:00:00.000Z',
    max: '2024-01-01T16:39:00.000Z',
    distinct: 1000,
  });
  expect(day).toMatchObject({ min: '2024-01-01', max: '2024-01-10', distinct: 10 });
  expect(none).toMatchObject({
    nulls: 1000,
    nullShare: 1,
    distinct: 0,
    min: null,
    mean: null,
    quantiles: [],
    histogram: [],
    topValues: [],
  });
  for (const { histogram, nulls } of [n!, x!, at!, day!])
    expect(histogram.reduce((sum, { count }) => sum + count, 0)).toBe(1000 - nulls);
});

test('a long tail does not squeeze the usual values into one bin', async () => {
  const sql = 'SELECT CASE WHEN i = 0 THEN 1e6 ELSE i % 100 END AS x FROM range(10000) r(i)';
  const summary = await within(sql, (connection) => summarize(connection, [{ name: 'x', type: 'double' }]));
  const { histogram } = summary.columns[0]!;
  expect(histogram.at(-1)!.high).toBe(1e6);
  expect(Math.max(...histogram.map(({ count }) => count))).toBeLessThan(600);
});

test('a wide table is summarized as its columns would be alone', async () => {
  const wide = Array.from({ length: 120 }, (_, i) => ({ name: `n${i}`, type: 'integer' as const }));
  const cells = wide.map(({ name }, i) => `(i * 7919 + ${i}) % ${i + 2} AS ${name}`);
  const sql = `SELECT ${cells.join(', ')} FROM range(100) r(i)`;
  const together = await within(sql, (connection) => summarize(connection, wide));
  expect(together.columns.map(({ name }) => name)).toEqual(wide.map(({ name }) => name));
  for (const column of [wide[0]!, wide[75]!, wide[119]!]) {
    const alone = await within(sql, (connection) => summarize(connection, [column]));
    expect(together.columns.find(({ name }) => name === column.name)).toEqual(alone.columns[0]);
  }
});

test('quantiles are cells that are there, of few rows and of dates too', async () => {
  const sql = `SELECT n, DATE '2024-02-28' + n AS day FROM (VALUES (5), (1), (NULL), (1), (0)) r(n)`;
  const summary = await within(sql, (connection) =>
    summarize(connection, [
      { name: 'n', type: 'integer' },
      { name: 'day', type: 'date' },
    ]),
  );
  const [n, day] = summary.columns.map(({ quantiles }) => quantiles.map(({ value }) => value));
  expect(n).toEqual([0, 0, 0, 1, 1, 5, 5]);
  expect(day).toEqual(
    [0, 0, 0, 1, 1, 5, 5].map((days) => new Date(Date.UTC(2024, 1, 28 + days)).toISOString().slice(0, 10)),
  );
});

test('a sample is uniform, without repeats, and the same every time', async () => {
  const sql = "SELECT i, TIMESTAMP '2024-01-01' AS at FROM range(100000) r(i)";
  const schema: FeatureSetSchema['columns'] = [
    { name: 'i', type: 'integer' },
    { name: 'at', type: 'timestamp' },
  ];
  const draw = () => within(sql, (connection) => drawSample(connection, schema, 100_000));
  const [a, b] = [featureSetSample.parse(await draw()), await draw()];
  expect(b).toEqual(a);
  const drawn = a.rows.map((row) => Number(row['i']));
  expect(new Set(drawn).size).toBe(10_000);
  expect(a.rows[0]!['at']).toBe('2024-01-01T00:00:00.000Z');
  for (let decile = 0; decile < 10; decile++) {
    const count = drawn.filter((i) => Math.floor(i / 10_000) === decile).length;
    expect(Math.abs(count - 1000)).toBeLessThan(150);
  }
  expect(a.standardError).toBeCloseTo(0.005 * Math.sqrt(0.9), 4);
});
