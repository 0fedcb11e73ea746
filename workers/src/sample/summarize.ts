import type {
  ColumnSummary,
  FeatureSetSchema,
  FeatureSetSummary,
} from '@foretell/core/contracts/feature-set';
import type { ColumnType, Scalar } from '@foretell/core/contracts/primitives';
import { inPieces } from '@foretell/core/domain/in-pieces';
import { identifier } from '@foretell/spark-jobs/dialect';
import { query, queryOne, type DuckDBConnection, type Row } from '@foretell/spark-jobs/duckdb';
import { histogram, type Quantile } from './histogram.ts';
import { asScalar, isTime, onAxis } from './scalar-sql.ts';

type Column = FeatureSetSchema['columns'][number];

const shares = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
const topValues = 20;
/** Each statement on a file costs by all columns of the file: of more than so many, some at once become a table. */
const columnsAtOnce = 50;

/** Exact profiles of every column of the view `data`. */
export async function summarize(
  connection: DuckDBConnection,
  columns: readonly Column[],
): Promise<FeatureSetSummary> {
  const { rows } = await queryOne(connection, 'SELECT count(*) AS rows FROM data');
  const profiles: ColumnSummary[] = [];
  for (const some of inPieces(columns, columnsAtOnce)) {
    const from = columns.length > columnsAtOnce ? await tableOf(connection, some) : 'data';
    for (const column of some) profiles.push(await summarizeColumn(connection, from, column, Number(rows)));
  }
  return { rows: Number(rows), columns: profiles, computedAt: new Date().toISOString() };
}

async function tableOf(connection: DuckDBConnection, columns: readonly Column[]): Promise<string> {
  const cells = columns.map(({ name }) => identifier(name));
  await connection.run(`CREATE OR REPLACE TEMP TABLE piece AS SELECT ${cells.join(', ')} FROM data`);
  return 'piece';
}

async function summarizeColumn(
  connection: DuckDBConnection,
  from: string,
  column: Column,
  rows: number,
): Promise<ColumnSummary> {
  const { name, type } = column;
  const figures = await queryOne(connection, figuresSql(from, column));
  // On its own: beside other aggregates a distinct count runs on one thread.
  const { distinct } = await queryOne(
    connection,
    `SELECT count(DISTINCT ${identifier(name)}) AS distinct FROM ${from}`,
  );
  const present = Number(figures['present']);
  const nulls = rows - present;
  const quantiles =
    isNumber(type) || isTime(type) ? await quantilesOf(connection, from, column, present) : [];
  return {
    name,
    type,
    nulls,
    nullShare: rows === 0 ? 0 : nulls / rows,
    distinct: Number(distinct),
    min: scalar(figures['min']),
    max: scalar(figures['max']),
    mean: number(figures['mean']),
    std: number(figures['std']),
    quantiles: quantiles.map(({ p, value }) => ({ p, value })),
    histogram: await histogram(connection, from, column, figures, quantiles),
    topValues: await commonest(connection, from, column, Number(distinct), present),
  };
}

const isNumber = (type: ColumnType) => type === 'integer' || type === 'double';

/** `low` and `high` bound the histogram, on its axis. */
function figuresSql(from: string, { name, type }: Column): string {
  const cell = identifier(name);
  const columns = [
    `count(${cell}) AS present`,
    `${asScalar(`min(${cell})`, type)} AS min`,
    `${asScalar(`max(${cell})`, type)} AS max`,
  ];
  if (type === 'boolean') columns.push(`avg(CAST(${cell} AS INTEGER)) AS mean`);
  if (isNumber(type)) columns.push(`avg(${cell}) AS mean`, `stddev_samp(CAST(${cell} AS DOUBLE)) AS std`);
  if (isNumber(type) || isTime(type))
    columns.push(`${onAxis(`min(${cell})`, type)} AS low`, `${onAxis(`max(${cell})`, type)} AS high`);
  return `SELECT ${columns.join(', ')} FROM ${from}`;
}

/** Exact, by a sort that spills to disk: DuckDB's aggregates of quantiles hold every cell in memory. */
async function quantilesOf(
  connection: DuckDBConnection,
  from: string,
  { name, type }: Column,
  present: number,
): Promise<Quantile[]> {
  const cell = identifier(name);
  const ranked = `SELECT ${cell} AS v, row_number() OVER (ORDER BY ${cell}) AS r FROM ${from} WHERE ${cell} IS NOT NULL`;
  const asked = shares.map((p) => `(${p}, greatest(1, CAST(ceil(${p} * ${present}) AS BIGINT)))`);
  const rows = await query(
    connection,
    `SELECT CAST(p AS DOUBLE) AS p, ${asScalar('v', type)} AS value, ${onAxis('v', type)} AS at FROM (${ranked}) k JOIN (VALUES ${asked.join(', ')}) q(p, place) ON place = r ORDER BY p`,
  );
  return rows.map(({ p, value, at }) => ({ p: Number(p), value: scalar(value), at: Number(at) }));
}

/** The commonest values, where values repeat; all of them when they are few. */
async function commonest(
  connection: DuckDBConnection,
  from: string,
  { name, type }: Column,
  distinct: number,
  present: number,
): Promise<ColumnSummary['topValues']> {
  const repeats = type === 'string' || type === 'boolean' ? distinct < present : distinct <= topValues;
  if (!repeats || isTime(type)) return [];
  const cell = identifier(name);
  const rows = await query(
    connection,
    `SELECT ${asScalar(cell, type)} AS value, count(*) AS count FROM ${from} WHERE ${cell} IS NOT NULL GROUP BY ${cell} ORDER BY count(*) DESC, ${cell} LIMIT ${topValues}`,
  );
  return rows.map((row: Row) => ({ value: scalar(row['value']), count: Number(row['count']) }));
}

function scalar(value: unknown): Scalar {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
}

const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
