import type { ExperimentRow } from '@foretell/backend/db/serving';
import type { ExperimentLook, GroupSums, Metric, MetricResult } from '@foretell/core/contracts/experiments';
import { alphaOf, metricResult } from '@foretell/core/domain/experiments/metric-result';
import { metricQuery, shownQuery } from '@foretell/core/domain/experiments/metric-sql';
import type { Row, Warehouse } from '../warehouse/warehouse.ts';
import { lookHealth } from './look-health.ts';

/** A look before it has its number. */
export type TakenLook = Omit<ExperimentLook, 'n'>;
type Side = 'model' | 'fallback';

const number = (row: Row | undefined, name: string) => Number(row?.[name] ?? 0);
const ofGroup = (rows: readonly Row[], side: Side) => rows.find((row) => row['group_name'] === side);

function groupSums(row: Row | undefined, kind: Metric['kind']): GroupSums {
  const sums = {
    n: number(row, 'n'),
    sum: number(row, 'sum'),
    sumSquares: number(row, 'sum_squares'),
    conversions: number(row, 'conversions'),
  };
  if (kind === 'ratio')
    return {
      ...sums,
      denominatorSum: number(row, 'denominator_sum'),
      denominatorSumSquares: number(row, 'denominator_sum_squares'),
      sumProducts: number(row, 'sum_products'),
    };
  return {
    ...sums,
    preSum: number(row, 'pre_sum'),
    preSumSquares: number(row, 'pre_sum_squares'),
    preSumProducts: number(row, 'pre_sum_products'),
  };
}

async function resultOf(
  warehouse: Warehouse,
  { id, metrics, rules }: ExperimentRow,
  metric: Metric,
): Promise<MetricResult> {
  const query = metricQuery(metric, id);
  const rows = await warehouse.query(query.sql, query.parameters);
  const groups = {
    model: groupSums(ofGroup(rows, 'model'), metric.kind),
    fallback: groupSums(ofGroup(rows, 'fallback'), metric.kind),
  };
  const alpha = alphaOf(metric, metrics, rules);
  return metricResult(metric, groups, { alpha, tuningUnits: rules.tuningUnits, sql: shownQuery(query) });
}

const unitsSql = `SELECT group_name, COUNT(*)::bigint AS n, SUM(conflicts)::bigint AS conflicts
FROM experiment_assignments WHERE experiment = :experiment GROUP BY group_name`;

/** One look at an experiment: its metrics by SQL, their statistics, and whether they may be believed. */
export async function takeLook(
  warehouse: Warehouse,
  experiment: ExperimentRow,
  at: string,
): Promise<TakenLook> {
  const rows = await warehouse.query(unitsSql, { experiment: experiment.id });
  const units = {
    model: number(ofGroup(rows, 'model'), 'n'),
    fallback: number(ofGroup(rows, 'fallback'), 'n'),
  };
  const conflicts = rows.reduce((sum, row) => sum + number(row, 'conflicts'), 0);
  const metrics: MetricResult[] = [];
  for (const metric of experiment.metrics) metrics.push(await resultOf(warehouse, experiment, metric));
  const health = await lookHealth(warehouse, experiment, { ...units, conflicts }, metrics);
  return { at, units, metrics, health };
}
