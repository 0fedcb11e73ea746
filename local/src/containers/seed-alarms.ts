import type { z } from 'zod';
import type { AlarmMetric, WatchedAlarm } from './alarms.ts';
import type { TargetGroup } from './target-groups.ts';
import type { shapes } from './terraform-shapes.ts';

/** Alarms on target groups; those on queues, tables and databases are not stood in for. */
export function alarmOf(each: z.output<typeof shapes.alarm>, groups: readonly TargetGroup[]): WatchedAlarm[] {
  const metricOf = (
    name: string,
    statistic: string,
    dimensions: Readonly<Record<string, string>>,
  ): AlarmMetric | null => {
    const targetGroup = groups.find(
      ({ arn }) => dimensions['TargetGroup'] !== undefined && arn.endsWith(dimensions['TargetGroup']),
    );
    return targetGroup ? { name, statistic, targetGroup } : null;
  };
  const single =
    each.metric_name === undefined
      ? []
      : [
          {
            id: 'watched',
            metric: {
              metric_name: each.metric_name,
              stat: each.extended_statistic ?? each.statistic ?? '',
              period: each.period ?? 60,
              dimensions: each.dimensions ?? {},
            },
          },
        ];
  const queries = [...single, ...each.metric_query];
  const metrics = queries.flatMap(({ id, metric }) => {
    const found = metric ? metricOf(metric.metric_name, metric.stat, metric.dimensions) : null;
    return found ? [[id, found] as const] : [];
  });
  if (metrics.length === 0) return [];
  return [
    {
      name: each.alarm_name,
      expression:
        each.metric_query.find(({ expression }) => expression !== undefined)?.expression ?? 'watched',
      metrics: Object.fromEntries(metrics),
      threshold: each.threshold,
      periods: each.evaluation_periods,
      periodSeconds: queries.find(({ metric }) => metric)?.metric?.period ?? 60,
      state: 'OK',
      changedAt: new Date(),
      reason: 'Unchecked: Initial alarm creation',
    },
  ];
}
