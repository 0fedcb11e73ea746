import { fileURLToPath } from 'node:url';
import { recipe, type Recipe } from '@foretell/core/contracts/recipe';
import { stringLiteral } from '../dialect.ts';
import { copyToParquet, queryOne, type DuckDBConnection } from '../duckdb.ts';
import { sourceOf, type Source } from '../source.ts';

const all = fileURLToPath(
  new URL('../../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url),
);
const types = {
  date: 'timestamp',
  delay: 'integer',
  distance: 'integer',
  origin: 'string',
  destination: 'string',
} as const;

/** Real flights (those of the view `flights` that `where` picks) written as a feature set of one file, that jobs find at `uri`. */
export async function writeFlights(
  connection: DuckDBConnection,
  where: string,
  path: string,
  uri: string,
): Promise<Source> {
  const names = Object.keys(types) as (keyof typeof types)[];
  const select = names.map((name) => `"${name}"`).join(', ');
  await connection.run(`CREATE OR REPLACE VIEW flights AS SELECT * FROM read_parquet(${stringLiteral(all)})`);
  await copyToParquet(connection, `SELECT ${select} FROM flights WHERE ${where}`, path);
  const figures = await queryOne(
    connection,
    `SELECT count(*) AS rows, max(abs(delay)) AS delay, max(distance) AS distance FROM read_parquet(${stringLiteral(path)})`,
  );
  const rows = Number(figures['rows']);
  const unknown = { mean: null, std: null, quantiles: [], histogram: [], topValues: [], distinct: 0 };
  return sourceOf(
    [uri],
    { columns: names.map((name) => ({ name, type: types[name] })) },
    {
      rows,
      computedAt: '2026-01-01T00:00:00Z',
      columns: names.map((name) => {
        const max = name === 'delay' || name === 'distance' ? Number(figures[name]) : null;
        return { name, type: types[name], nulls: 0, nullShare: 0, min: 0, max, ...unknown };
      }),
    },
  );
}

const history = (
  aggregate: string,
  column: string | null,
  windowDays: number | null,
  knownAfterDays: number,
) => ({
  kind: 'history',
  name: `${aggregate} of ${column ?? 'flights'} over ${windowDays ?? 'all'} days`,
  aggregate,
  column,
  windowDays,
  knownAfterDays,
  type: 'number',
  ...(aggregate === 'rate' ? { equals: 'label' } : {}),
});

/** Is it more than a quarter of an hour late? From its own columns, the clock, and the destination's past. */
export const lateFlights: Recipe = recipe.parse({
  version: 1,
  dataset: '0190163d-8694-739b-aea5-966c26f8ad91',
  featureSet: 1,
  entity: 'destination',
  time: 'date',
  label: { kind: 'comparison', column: 'delay', op: '>', value: 15 },
  task: 'binary',
  classes: [false, true],
  features: [
    { kind: 'column', name: 'distance', column: 'distance', type: 'number' },
    { kind: 'column', name: 'origin', column: 'origin', type: 'category' },
    ...['hour', 'weekday', 'month'].map((part) => ({ kind: 'calendar', name: part, part })),
    ...[7, 30, 90, null].flatMap((days) => [
      history('count', null, days, 0),
      history('mean', 'distance', days, 0),
      ...['mean', 'std', 'max', 'last', 'rate'].map((aggregate) => history(aggregate, 'delay', days, 1)),
    ]),
    history('time_since_last', null, null, 0),
    history('distinct', 'origin', 30, 0),
  ],
  split: { validation: 0.15, test: 0.2, embargoDays: 1 },
  sampling: { maxRows: 10_000_000, seed: 7 },
  roles: [],
  warnings: [],
});
