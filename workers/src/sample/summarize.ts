import type {
  ColumnSummary,
  FeatureSetSchema,
  FeatureSetSummary,
} from '@foretell/core/contracts/feature-set';
import type { ColumnType, Scalar } from '@foretell/core/contracts/primitives';
import { inPieces } from '@foretell/core/domain/in-pieces';
import { identifier } from '@foretell/spark-jobs/dialect';
import { query, queryOne, type DuckDBConnection, type Row } from '@foretell/spark-jobs/duckdb';
import { histogram } from './histogram.ts';
import { asScalar } from './scalar-sql.ts';

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
  const nulls = rows - Number(figures['present']);
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
    quantiles: shares
      .filter((_, i) => figures[`q${i}`] !== undefined && figures[`q${i}`] !== null)
      .map((p) => ({ p, value: scalar(figures[`q${shares.indexOf(p)}`]) })),
    histogram: await histogram(connection, from, column, figures),
    topValues: await commonest(connection, from, column, Number(distinct), rows - nulls),
  };
}

const isNumber = (type: ColumnType) => type === 'integer' || type === 'double';
const isTime = (type: ColumnType) => type === 'timestamp' || type === 'date';

/** `low` and `high` bound the histogram: numbers, or epoch milliseconds. */
function figuresSql(from: string, { name, type }: Column): string {
  const cell = identifier(name);
  const columns = [
    `count(${cell}) AS present`,
    `${asScalar(`min(${cell})`, type)} AS min`,
    `${asScalar(`max(${cell})`, type)} AS max`,
  ];
  if (type === 'boolean') columns.push(`avg(CAST(${cell} AS INTEGER)) AS mean`);
  if (isNumber(type)) columns.push(`avg(${cell}) AS mean`, `stddev_samp(CAST(${cell} AS DOUBLE)) AS std`);
  if (isNumber(type) || isTime(type)) {
    const quantiles = `quantile_disc(${cell}, [${shares.join(', ')}])`;
    columns.push(...shares.map((_, i) => `${asScalar(`${quantiles}[${i + 1}]`, type)} AS q${i}`));
    const axis = isTime(type) ? (of: string) => `epoch_ms(CAST(${of} AS TIMESTAMP))` : (of: string) => of;
    columns.push(
      `CAST(${axis(`min(${cell})`)} AS DOUBLE) AS low`,
      `CAST(${axis(`max(${cell})`)} AS DOUBLE) AS high`,
    );
    columns.push(`CAST(${axis(`${quantiles}[1]`)} AS DOUBLE) AS usual_low`);
    columns.push(`CAST(${axis(`${quantiles}[${shares.length}]`)} AS DOUBLE) AS usual_high`);
  }
  return `SELECT ${columns.join(', ')} FROM ${from}`;
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
