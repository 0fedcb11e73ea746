import type { Metric } from '../../contracts/experiments.ts';

/** The event of a record's own, and of one of its values (see the warehouse's schema). */
export const recordEvent = 'record';
export const valueEvent = (column: string) => `value:${column}`;

/** How long before its exposure a unit's events are its covariate. */
export const preDays = 14;

export interface MetricQuery {
  sql: string;
  /** By name, as `:name` in the SQL. */
  parameters: Record<string, string>;
}

/** An event's number: its value, or 1 for each record where the metric names no column. */
const numberOf = (column: string | undefined) => (column === undefined ? '1' : 'COALESCE(e.value, 0)');
export const eventOf = (column: string | undefined) =>
  column === undefined ? recordEvent : valueEvent(column);
const ofEvent = (parameter: string, value: string) =>
  `CASE WHEN e.event = :${parameter} THEN ${value} ELSE 0 END`;

/** A unit's events on one side of its exposure, as one number. With a value column, only values above 0 happened. */
function ofSide({ kind, valueColumn }: Metric, side: '>=' | '<'): string {
  const onSide = `e.occurred_at ${side} u.exposed_at`;
  if (kind === 'sum') return `SUM(CASE WHEN ${onSide} THEN ${numberOf(valueColumn)} ELSE 0 END)::float8`;
  const happened = valueColumn === undefined ? onSide : `${onSide} AND e.value > 0`;
  return `${kind === 'conversion' ? 'MAX' : 'SUM'}(CASE WHEN ${happened} THEN 1 ELSE 0 END)::float8`;
}

/** What a unit's events come to: `y`, and `x` before exposure; for a ratio `y` and its denominator `d`. */
function aggregates(metric: Metric): string {
  if (metric.kind !== 'ratio') return `${ofSide(metric, '>=')} AS y,\n    ${ofSide(metric, '<')} AS x`;
  return (
    `SUM(${ofEvent('event', numberOf(metric.valueColumn))})::float8 AS y,\n` +
    `    SUM(${ofEvent('denominator', numberOf(metric.denominatorColumn))})::float8 AS d`
  );
}

/** Values above a quantile of all units count as the quantile: one huge order must not decide. Before exposure too. */
function winsorized(quantile: number): string {
  return `, uncapped AS (SELECT group_name, y, x FROM per_unit),
cap AS (SELECT PERCENTILE_CONT(${quantile}) WITHIN GROUP (ORDER BY y) AS y FROM uncapped),
capped AS (SELECT u.group_name, LEAST(u.y, c.y) AS y, LEAST(u.x, c.y) AS x FROM uncapped AS u CROSS JOIN cap AS c)`;
}

/** The sums of `second` and of its products with y. */
const sumsOf = (second: string, name: string, products: string) =>
  `SUM(${second}) AS ${name}_sum, SUM(${second} * ${second}) AS ${name}_sum_squares, SUM(y * ${second}) AS ${products}`;

/**
 * One row a group: n units exposed, Σy and Σy² over them (units without events have 0), how many units converted; for a
 * ratio Σd, Σd² and Σyd, else Σx, Σx² and Σyx of the 14 days before exposure. As y only events from a unit's first
 * exposure on, within the metric's window of it, count.
 */
export function metricQuery(metric: Metric, experiment: string): MetricQuery {
  const isRatio = metric.kind === 'ratio';
  const quantile = metric.kind === 'sum' ? metric.winsorizeAt : undefined;
  const windowSeconds = Math.round(metric.windowHours * 3600);
  const second = isRatio ? 'd' : 'x';
  const sql = `WITH exposed AS (
  SELECT unit, group_name, exposed_at FROM experiment_assignments WHERE experiment = :experiment
),
counted AS (
  SELECT u.unit,
    ${aggregates(metric)}
  FROM exposed AS u JOIN metric_events AS e ON e.unit = u.unit
  WHERE e.dataset = :dataset AND e.unit_column = :unit_column
    AND ${isRatio ? 'e.event IN (:event, :denominator)' : 'e.event = :event'}
    AND e.occurred_at >= u.exposed_at${isRatio ? '' : ` - interval '${preDays} days'`}
    AND e.occurred_at < u.exposed_at + interval '${windowSeconds} seconds'
  GROUP BY u.unit
),
per_unit AS (
  SELECT u.group_name, COALESCE(c.y, 0) AS y, COALESCE(c.${second}, 0) AS ${second}
  FROM exposed AS u LEFT JOIN counted AS c ON c.unit = u.unit
)${quantile === undefined ? '' : winsorized(quantile)}
SELECT group_name, COUNT(*)::bigint AS n, SUM(y) AS sum, SUM(y * y) AS sum_squares,
  SUM(CASE WHEN ${isRatio ? 'd' : 'y'} <> 0 THEN 1 ELSE 0 END)::bigint AS conversions,
  ${isRatio ? sumsOf('d', 'denominator', 'sum_products') : sumsOf('x', 'pre', 'pre_sum_products')}
FROM ${quantile === undefined ? 'per_unit' : 'capped'} GROUP BY group_name`;
  return {
    sql,
    parameters: {
      experiment,
      dataset: metric.dataset,
      unit_column: metric.unitColumn,
      event: eventOf(metric.valueColumn),
      ...(isRatio ? { denominator: eventOf(metric.denominatorColumn) } : {}),
    },
  };
}

/** The query as a person reads and may run it: its parameters named above it. */
export function shownQuery({ sql, parameters }: MetricQuery): string {
  const lines = Object.entries(parameters).map(([name, value]) => `-- :${name} = ${JSON.stringify(value)}`);
  return [...lines, sql].join('\n');
}
