import type { ExperimentRow } from '@foretell/backend/db/serving';
import type { ExperimentLook, GroupSums, Metric, MetricResult } from '@foretell/core/contracts/experiments';
import { alphaOf, metricResult } from '@foretell/core/domain/experiments/metric-result';
import { sampleRatioAlarm, sampleRatioE } from '@foretell/core/domain/experiments/sample-ratio';
import type { Row, Warehouse } from '../warehouse/warehouse.ts';
import { metricQuery, recordEvent, shownQuery } from './metric-sql.ts';

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
  if (kind !== 'ratio') return sums;
  return {
    ...sums,
    denominatorSum: number(row, 'denominator_sum'),
    denominatorSumSquares: number(row, 'denominator_sum_squares'),
    sumProducts: number(row, 'sum_products'),
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

/** Records since the start whose unit was never exposed: a wrong unit column shows here. */
const strayEventsSql = `SELECT COUNT(*)::bigint AS n
FROM metric_events AS e LEFT JOIN experiment_assignments AS a ON a.unit = e.unit AND a.experiment = :experiment
WHERE e.dataset = :dataset AND e.unit_column = :unit_column AND e.event = '${recordEvent}'
  AND e.occurred_at >= CAST(:started_at AS TIMESTAMP) AND a.unit IS NULL`;

async function strayEvents(warehouse: Warehouse, experiment: ExperimentRow): Promise<number> {
  const sources = new Map(
    experiment.metrics.map((metric) => [JSON.stringify([metric.dataset, metric.unitColumn]), metric]),
  );
  let total = 0;
  for (const { dataset, unitColumn } of sources.values()) {
    const parameters = {
      experiment: experiment.id,
      dataset,
      unit_column: unitColumn,
      started_at: experiment.startedAt.replace('T', ' ').replace('Z', ''),
    };
    total += number((await warehouse.query(strayEventsSql, parameters))[0], 'n');
  }
  return total;
}

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
  const metrics: MetricResult[] = [];
  for (const metric of experiment.metrics) metrics.push(await resultOf(warehouse, experiment, metric));
  const e = sampleRatioE([units.model, units.fallback], [experiment.split, 1 - experiment.split]);
  return {
    at,
    units,
    metrics,
    health: {
      sampleRatioE: e,
      sampleRatioAlarm: e > sampleRatioAlarm,
      unitsInBothGroups: rows.reduce((sum, row) => sum + number(row, 'conflicts'), 0),
      eventsWithoutExposure: await strayEvents(warehouse, experiment),
    },
  };
}
