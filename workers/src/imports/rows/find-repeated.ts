import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import type { Source } from './merge-sources.ts';

/** Ids compared at once fit in the engine's memory, however many there are. */
const idsAtOnce = 200_000;
/** Rows that wait in memory to be written with their share. */
const rowsWaiting = 40_000;

/**
 * Makes the table `repeated` of the rows whose id an earlier row has (or a later one, where the last are kept), and answers
 * how many there are in each source. Every id is read once, and written to `dir` with its share of them, which its hash says;
 * then share after share is compared.
 */
export async function findRepeated(
  connection: DuckDBConnection,
  sources: readonly Source[],
  keeps: 'first' | 'last',
  dir: string,
): Promise<ReadonlyMap<number, number>> {
  await connection.run('CREATE TABLE repeated (source INTEGER, row BIGINT)');
  const named = sources.filter(({ id }) => id !== null);
  if (named.length === 0) return new Map();
  const ids = named
    .map(
      ({ index, number, id, from }) =>
        `SELECT ${index} AS source, ${number} AS row, ${id ?? ''} AS id FROM ${from}`,
    )
    .join(' UNION ALL ');
  const rows = named.reduce((sum, source) => sum + source.rows, 0);
  const shares = Math.ceil(rows / idsAtOnce);
  if (shares <= 1) await addRepeated(connection, `(${ids})`, keeps);
  else
    for (const share of await writeShares(connection, ids, shares, join(dir, 'ids'))) {
      const files = stringLiteral(join(share, '*.parquet'));
      await addRepeated(connection, `read_parquet(${files}, hive_partitioning = false)`, keeps);
      await rm(share, { recursive: true });
    }
  const counted = await query(connection, 'SELECT source, count(*) AS n FROM repeated GROUP BY source');
  return new Map(counted.map((row) => [Number(row['source']), Number(row['n'])]));
}

async function addRepeated(
  connection: DuckDBConnection,
  from: string,
  keeps: 'first' | 'last',
): Promise<void> {
  const order = keeps === 'first' ? 'source, row' : 'source DESC, row DESC';
  await connection.run(
    `INSERT INTO repeated SELECT source, row FROM (
       SELECT source, row, row_number() OVER (PARTITION BY id ORDER BY ${order}) AS nth
       FROM ${from} WHERE id IS NOT NULL
     ) WHERE nth > 1`,
  );
}

/** The folders of the shares that have ids; equal ids are in one. */
async function writeShares(
  connection: DuckDBConnection,
  ids: string,
  shares: number,
  dir: string,
): Promise<string[]> {
  await mkdir(dir);
  await connection.run(`SET partitioned_write_flush_threshold = ${rowsWaiting}`);
  await connection.run(
    `COPY (SELECT hash(id) % ${shares} AS share, source, row, id FROM (${ids}) WHERE id IS NOT NULL)
     TO ${stringLiteral(dir)} (FORMAT parquet, COMPRESSION lz4, PARTITION_BY (share), ROW_GROUP_SIZE 10240)`,
  );
  return (await readdir(dir)).map((name) => join(dir, name));
}
