import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { copyToParquet, query, queryOne, withDuckDb } from '@foretell/spark-jobs/duckdb';
import { findRepeated } from './find-repeated.ts';
import type { Source } from './merge-sources.ts';
import { withSmallEngine } from './part-files.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'foretell-repeated-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const rows = 150_000;

/** Files whose ids are what `id` makes of a row's number, over all files. */
async function makeSources(id: string, files: number): Promise<Source[]> {
  return withDuckDb({ threads: 1, memoryMb: 300, tempDir: dir }, async (connection) => {
    const sources: Source[] = [];
    for (let index = 0; index < files; index++) {
      const path = join(dir, `${index}.parquet`);
      const numbered = `SELECT range AS c0, range + ${index * rows} AS n FROM range(${rows})`;
      await copyToParquet(connection, `SELECT c0, ${id} AS c1 FROM (${numbered})`, path);
      const from = `read_parquet(${stringLiteral(path)})`;
      sources.push({ index, rows, bytes: 1, from, cells: [], id: 'c1', number: 'c0', variants: [] });
    }
    return sources;
  });
}

test.each([
  ['first', 'ASC'],
  ['last', 'DESC'],
] as const)('of more ids than are compared at once the %s row of each stays', async (keeps, order) => {
  // Each fifth row has no id; of the others two thirds come again, some in the same file and some in the next ones.
  const sources = await makeSources(
    `CASE WHEN n % 5 <> 0 THEN md5((CASE WHEN n % 3 = 0 THEN n ELSE n // 100 + n % 7 END)::VARCHAR) END`,
    3,
  );
  const all = sources
    .map(({ index, from }) => `SELECT ${index} AS source, c0 AS row, c1 FROM ${from}`)
    .join(' UNION ALL ');
  const expected = await withDuckDb({ threads: 1, memoryMb: 500, tempDir: dir }, (connection) =>
    query(
      connection,
      `SELECT source, count(*) AS n, sum(row)::DOUBLE AS places FROM (
         SELECT *, row_number() OVER (PARTITION BY c1 ORDER BY source ${order}, row ${order}) AS nth
         FROM (${all}) WHERE c1 IS NOT NULL
       ) WHERE nth > 1 GROUP BY source ORDER BY source`,
    ),
  );
  await withSmallEngine(dir, async (connection) => {
    const counts = await findRepeated(connection, sources, keeps, dir);
    expect([...counts].toSorted()).toEqual(expected.map(({ source, n }) => [source, n]));
    const found = 'SELECT source, count(*) AS n, sum(row)::DOUBLE AS places FROM repeated GROUP BY source';
    expect(await query(connection, `${found} ORDER BY source`)).toEqual(expected);
  });
  expect(await readdir(join(dir, 'ids'))).toEqual([]);
});

test('rows without any id are all kept', async () => {
  const sources = await makeSources('CAST(NULL AS VARCHAR)', 2);
  await withSmallEngine(dir, async (connection) => {
    expect([...(await findRepeated(connection, sources, 'first', dir))]).toEqual([]);
    expect(await queryOne(connection, 'SELECT count(*) AS n FROM repeated')).toEqual({ n: 0 });
  });
});
