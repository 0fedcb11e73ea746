import type { Metric } from '@foretell/core/contracts/experiments';
import type { Parameters } from '../warehouse/warehouse.ts';

/** The event of a record's own, and of one of its values (see warehouse/schema.ts). */
export const recordEvent = 'record';
export const valueEvent = (column: string) => `value:${column}`;

export interface MetricQuery {
  sql: string;
  parameters: Parameters;
}

/** An event's number: its value, or 1 for each record where the metric names no column. */
const numberOf = (column: string | undefined) => (column === undefined ? '1' : 'COALESCE(e.value, 0)');
/** With a value column, only events with a value above 0 count. */
const happened = (column: string | undefined) => (column === undefined ? 'TRUE' : 'e.value > 0');
const eventOf = (column: string | undefined) => (column === undefined ? recordEvent : valueEvent(column));
const ofEvent = (parameter: string, value: string) =>
  `CASE WHEN e.event = :${parameter} THEN ${value} ELSE 0 END`;

/** What a unit's events come to, as `y` (and `d`, the denominator of a ratio). */
function aggregates({ kind, valueColumn, denominatorColumn }: Metric): string {
  const occurred = `CASE WHEN ${happened(valueColumn)} THEN 1 ELSE 0 END`;
  switch (kind) {
    case 'conversion':
      return `MAX(${occurred})::float8 AS y`;
    case 'count':
      return `SUM(${occurred})::float8 AS y`;
    case 'sum':
      return `SUM(${numberOf(valueColumn)})::float8 AS y`;
    case 'ratio':
      return (
        `SUM(${ofEvent('event', numberOf(valueColumn))})::float8 AS y, ` +
        `SUM(${ofEvent('denominator', numberOf(denominatorColumn))})::float8 AS d`
      );
  }
}

/** Values above a quantile of all units count as the quantile: one huge order must not decide. */
function winsorized(quantile: number): string {
  return `, uncapped AS (SELECT group_name, y FROM per_unit),
cap AS (SELECT PERCENTILE_CONT(${quantile}) WITHIN GROUP (ORDER BY y) AS y FROM uncapped),
capped AS (SELECT u.group_name, LEAST(u.y, c.y) AS y FROM uncapped AS u CROSS JOIN cap AS c)`;
}

/**
 * One row a group: n units exposed, Σy and Σy² over them (units without events have 0), how many units converted; for a
 * ratio Σd, Σd² and Σyd too. Only events from a unit's first exposure on, within the metric's window of it, count.
 */
export function metricQuery(metric: Metric, experiment: string): MetricQuery {
  const isRatio = metric.kind === 'ratio';
  const quantile = metric.kind === 'sum' ? metric.winsorizeAt : undefined;
  const windowSeconds = Math.round(metric.windowHours * 3600);
  const source = quantile === undefined ? 'per_unit' : 'capped';
  const converted = isRatio ? 'd <> 0' : 'y <> 0';
  const sql = `WITH exposed AS (
  SELECT unit, group_name, exposed_at FROM experiment_assignments WHERE experiment = :experiment
),
counted AS (
  SELECT x.unit, ${aggregates(metric)}
  FROM exposed AS x JOIN metric_events AS e ON e.unit = x.unit
  WHERE e.dataset = :dataset AND e.unit_column = :unit_column
    AND ${isRatio ? 'e.event IN (:event, :denominator)' : 'e.event = :event'}
    AND e.occurred_at >= x.exposed_at
    AND e.occurred_at < x.exposed_at + interval '${windowSeconds} seconds'
  GROUP BY x.unit
),
per_unit AS (
  SELECT x.group_name, COALESCE(c.y, 0) AS y${isRatio ? ', COALESCE(c.d, 0) AS d' : ''}
  FROM exposed AS x LEFT JOIN counted AS c ON c.unit = x.unit
)${quantile === undefined ? '' : winsorized(quantile)}
SELECT group_name, COUNT(*)::bigint AS n, SUM(y) AS sum, SUM(y * y) AS sum_squares,
  SUM(CASE WHEN ${converted} THEN 1 ELSE 0 END)::bigint AS conversions${
    isRatio
      ? ',\n  SUM(d) AS denominator_sum, SUM(d * d) AS denominator_sum_squares, SUM(y * d) AS sum_products'
      : ''
  }
FROM ${source} GROUP BY group_name`;
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
