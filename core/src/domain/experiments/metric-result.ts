import type { ExperimentRules, GroupSums, Metric, MetricResult } from '../../contracts/experiments.ts';
import { proportion, ratio, sampleMean, type Statistic } from './statistic.ts';
import { sequentialTest } from './sequential-test.ts';

function statisticOf(kind: Metric['kind'], sums: GroupSums): Statistic {
  if (kind === 'conversion') return proportion(sums);
  if (kind !== 'ratio') return sampleMean(sums);
  const { denominatorSum = 0, denominatorSumSquares = 0, sumProducts = 0 } = sums;
  return ratio({ ...sums, denominatorSum, denominatorSumSquares, sumProducts });
}

/** α is shared among the primary metrics: each may decide alone. The others are told with the whole of it. */
export function alphaOf(metric: Metric, metrics: readonly Metric[], { alpha }: ExperimentRules): number {
  if (metric.role !== 'primary') return alpha;
  return alpha / metrics.filter(({ role }) => role === 'primary').length;
}

/** One metric's groups compared: model − fallback. */
export function metricResult(
  metric: Metric,
  groups: MetricResult['groups'],
  options: { alpha: number; tuningUnits: number; sql: string },
): MetricResult {
  const model = statisticOf(metric.kind, groups.model);
  const fallback = statisticOf(metric.kind, groups.fallback);
  const test = sequentialTest(model, fallback, options);
  return {
    metric: metric.name,
    role: metric.role,
    groups,
    means: { model: model.mean, fallback: fallback.mean },
    estimate: test?.estimate ?? null,
    standardError: test?.standardError ?? null,
    low: test?.low ?? null,
    high: test?.high ?? null,
    p: test?.p ?? null,
    relativeLift: test && fallback.mean !== 0 ? test.estimate / Math.abs(fallback.mean) : null,
    sql: options.sql,
  };
}
