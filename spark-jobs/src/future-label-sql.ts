import type { Label, Recipe } from '@foretell/core/contracts/recipe';
import { comparisonSql, invalid } from './condition-sql.ts';
import { dayMicros } from './dialect.ts';
import { exactSum, unscaled } from './history-plan.ts';
import type { JobStatement } from './job.ts';
import type { RowColumn, Rows } from './rows-sql.ts';
import { isNumeric } from './source.ts';

export type FutureLabel = Extract<Label, { kind: 'future' }>;

/**
 * The view `labelled_rows`: `rows` with what comes of the entity within `days` days after the row's time, to the microsecond,
 * the last one included. A running sum of the entity's events at the later moment less the one at the row's own: nothing is
 * compared with anything but by equality on (e, t). Rows whose days pass the data's end have no label.
 */
export function compileFutureLabel(recipe: Recipe, label: FutureLabel, rows: Rows): JobStatement[] {
  checkFuture(recipe, label);
  const column = rows.column(label.column);
  checkSummable(label, column);
  const horizon = label.days * dayMicros;
  const counted = label.as === 'sum' ? exactValue(column) : happensSql(label, column);
  const order =
    'ORDER BY moment ASC NULLS FIRST, k ASC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW';
  const ofSomebody = 'e IS NOT NULL AND t IS NOT NULL';
  const moments = `SELECT e, t FROM rows WHERE ${ofSomebody} GROUP BY e, t`;
  const steps = [
    `SELECT e, CAST(NULL AS BIGINT) AS t, 0 AS k, t AS moment, ${counted} AS n FROM rows WHERE ${ofSomebody}`,
    `SELECT e, t, 1 AS k, t AS moment, NULL AS n FROM (${moments}) m`,
    `SELECT e, t, 2 AS k, t + ${horizon} AS moment, NULL AS n FROM (${moments}) m`,
  ].join(' UNION ALL ');
  const walk = `SELECT e, t, k, coalesce(${exactSum('n')} OVER (PARTITION BY e ${order}), 0) AS total FROM (${steps}) s`;
  const at = (k: number) => `max(CASE WHEN k = ${k} THEN total END)`;
  const future = `SELECT e, t, ${at(2)} - ${at(1)} AS n FROM (${walk}) w WHERE k > 0 GROUP BY e, t`;
  const value =
    label.as === 'sum'
      ? unscaled('CAST(f.n AS DOUBLE)', column.digits)
      : 'CAST(CASE WHEN f.n > 0 THEN 1 ELSE 0 END AS DOUBLE)';
  const columns = [
    ...rows.names.map((name) => `r.${name}`),
    `CASE WHEN f.n IS NOT NULL AND r.t + ${horizon} <= z.last_t THEN ${value} END AS label`,
  ];
  const sql = `SELECT ${columns.join(', ')} FROM rows r LEFT JOIN future f ON r.e = f.e AND r.t = f.t CROSS JOIN data_end z`;
  return [
    { view: 'future', sql: future, cached: false },
    { view: 'data_end', sql: 'SELECT max(t) AS last_t FROM rows', cached: false },
    { view: 'labelled_rows', sql, cached: false },
  ];
}

const exactValue = ({ x }: RowColumn) => `CAST(${x} AS DECIMAL(38,0))`;

function happensSql({ where }: FutureLabel, { v, type }: RowColumn): string {
  const holds = where ? comparisonSql(where, v, type, 'label.where.value') : `${v} IS NOT NULL`;
  return `CASE WHEN ${holds} THEN 1 ELSE 0 END`;
}

function checkFuture({ task, split }: Recipe, label: FutureLabel): void {
  const { as, days, where } = label;
  if (as === 'happens' && task !== 'binary')
    throw invalid('task', 'Whether something happens is a yes-or-no question: the task is "binary".');
  if (as === 'sum' && task !== 'regression')
    throw invalid('task', 'A sum is a number: the task is "regression".');
  if (as === 'sum' && where) throw invalid('label.where', 'A sum is taken of every event of the entity.');
  if (split.embargoDays < days)
    throw invalid(
      'split.embargoDays',
      `The label looks ${days} days ahead: the splits must be at least as far apart, or the model is tested on days it has learned from.`,
    );
}

function checkSummable(label: FutureLabel, { type, name }: RowColumn): void {
  if (label.as === 'sum' && !isNumeric(type))
    throw invalid('label.column', `A sum needs numbers; "${name}" is ${type}.`);
}
