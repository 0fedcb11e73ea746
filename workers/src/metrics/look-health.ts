import type { ExperimentRow } from '@foretell/backend/db/serving';
import type { ExperimentHealth, Metric, MetricResult } from '@foretell/core/contracts/experiments';
import { whole } from '@foretell/core/domain/count-words';
import { eventOf, recordEvent } from '@foretell/core/domain/experiments/metric-sql';
import { preExposureImbalance } from '@foretell/core/domain/experiments/pre-exposure';
import { sampleRatioAlarm, sampleRatioE } from '@foretell/core/domain/experiments/sample-ratio';
import type { Row, Warehouse } from '../warehouse/warehouse.ts';
import { wrongGroupsSql } from './bucketing-sql.ts';

/** Of units that saw the groups of another hash, some are among so many. */
const recomputedUnits = 10_000;

const number = (row: Row | undefined, name: string) => Number(row?.[name] ?? 0);

/**
 * Since the start, by event: how many; how many are of units never exposed (a wrong unit column shows here); how many of
 * exposed units came more than a day after they happened.
 */
const eventsSql = `SELECT e.event, COUNT(*)::bigint AS n,
  SUM(CASE WHEN a.unit IS NULL THEN 1 ELSE 0 END)::bigint AS strays,
  SUM(CASE WHEN a.unit IS NOT NULL AND e.received_at > e.occurred_at + interval '1 day' THEN 1 ELSE 0 END)::bigint AS late
FROM metric_events AS e LEFT JOIN experiment_assignments AS a ON a.unit = e.unit AND a.experiment = :experiment
WHERE e.dataset = :dataset AND e.unit_column = :unit_column AND e.occurred_at >= CAST(:started_at AS TIMESTAMP)
GROUP BY e.event`;

const sourceOf = ({ dataset, unitColumn }: Metric) => JSON.stringify([dataset, unitColumn]);

/** By source of events, what came of each event. */
async function eventCounts(warehouse: Warehouse, { id, metrics, startedAt }: ExperimentRow) {
  const counts = new Map<string, Map<string, Row>>();
  for (const metric of metrics) {
    const source = sourceOf(metric);
    if (counts.has(source)) continue;
    const parameters = {
      experiment: id,
      dataset: metric.dataset,
      unit_column: metric.unitColumn,
      started_at: startedAt.replace('T', ' ').replace('Z', ''),
    };
    const rows = await warehouse.query(eventsSql, parameters);
    counts.set(source, new Map(rows.map((row) => [String(row['event']), row])));
  }
  return counts;
}
type EventCounts = Awaited<ReturnType<typeof eventCounts>>;

const ofRecords = (counts: EventCounts, column: 'strays' | 'late') =>
  [...counts.values()].reduce((sum, events) => sum + number(events.get(recordEvent), column), 0);

/** What a metric lacks: every event, or some events' values. */
function missingOf(metric: Metric, counts: EventCounts): string[] {
  const events = counts.get(sourceOf(metric));
  const records = events?.get(recordEvent);
  const came = number(records, 'n');
  if (came === 0) return [`no event has come since the start, by column ${metric.unitColumn}`];
  if (came === number(records, 'strays'))
    return [
      `none of the ${whole(came)} events is about a unit that got a prediction, by column ${metric.unitColumn}`,
    ];
  const columns = [metric.valueColumn, metric.denominatorColumn].filter((column) => column !== undefined);
  return columns.flatMap((column) => {
    const without = came - number(events?.get(eventOf(column)), 'n');
    return without === 0 ? [] : [`${whole(without)} of ${whole(came)} events have no number in ${column}`];
  });
}

/** Whether what a look says may be believed. `units` as counted, with the units of both groups in `conflicts`. */
export async function lookHealth(
  warehouse: Warehouse,
  experiment: ExperimentRow,
  units: { model: number; fallback: number; conflicts: number },
  results: readonly MetricResult[],
): Promise<ExperimentHealth> {
  const { id, seed, split, metrics, rules } = experiment;
  const e = sampleRatioE([units.model, units.fallback], [split, 1 - split]);
  const counts = await eventCounts(warehouse, experiment);
  const wrong = await warehouse.query(wrongGroupsSql(seed, split, recomputedUnits), { experiment: id });
  return {
    sampleRatioE: e,
    sampleRatioAlarm: e > sampleRatioAlarm,
    unitsInBothGroups: units.conflicts,
    unitsInWrongGroup: number(wrong[0], 'n'),
    eventsWithoutExposure: ofRecords(counts, 'strays'),
    lateEvents: ofRecords(counts, 'late'),
    preExposure: metrics.flatMap((metric, index) => {
      const groups = results[index]?.groups;
      return (groups && preExposureImbalance(metric, groups, rules.tuningUnits)) ?? [];
    }),
    missingData: metrics.flatMap((metric) =>
      missingOf(metric, counts).map((detail) => ({ metric: metric.name, detail })),
    ),
  };
}
