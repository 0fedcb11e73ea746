import type { ExperimentRules, GroupSums, Metric, MetricResult } from '../../contracts/experiments.ts';
import { outlook } from './outlook.ts';
import { sequentialTest, type SequentialOptions } from './sequential-test.ts';
import {
  cuped,
  cupedTheta,
  proportion,
  ratio,
  sampleMean,
  type PrePostSums,
  type Statistic,
} from './statistic.ts';

type Groups = MetricResult['groups'];
interface Pair {
  model: Statistic;
  fallback: Statistic;
}

const momentsOf = (kind: Metric['kind']) => (kind === 'conversion' ? proportion : sampleMean);

function statisticOf(kind: Metric['kind'], sums: GroupSums): Statistic {
  if (kind !== 'ratio') return momentsOf(kind)(sums);
  const { denominatorSum = 0, denominatorSumSquares = 0, sumProducts = 0 } = sums;
  return ratio({ ...sums, denominatorSum, denominatorSumSquares, sumProducts });
}

function prePost({ n, sum, sumSquares, preSum, preSumSquares, preSumProducts }: GroupSums): PrePostSums {
  return {
    n,
    sum,
    sumSquares,
    preSum: preSum ?? 0,
    preSumSquares: preSumSquares ?? 0,
    sumProducts: preSumProducts ?? 0,
  };
}

const estimateVariance = ({ model, fallback }: Pair) =>
  model.variance / model.n + fallback.variance / fallback.n;

/** The groups less what the time before exposure tells of them, where it tells anything. */
function adjusted({ kind, cuped: wanted }: Metric, groups: Groups, plain: Pair) {
  if (!wanted || kind === 'ratio') return null;
  const [model, fallback] = [prePost(groups.model), prePost(groups.fallback)];
  const moments = momentsOf(kind);
  const theta = cupedTheta(model, fallback, moments);
  if (theta === 0) return null;
  const pair = { model: cuped(model, theta, moments), fallback: cuped(fallback, theta, moments) };
  const varianceReduction = 1 - estimateVariance(pair) / estimateVariance(plain);
  return { pair, adjustment: { theta, varianceReduction } };
}

/** α is shared among the primary metrics: each may decide alone. The others are told with the whole of it. */
export function alphaOf(metric: Metric, metrics: readonly Metric[], { alpha }: ExperimentRules): number {
  if (metric.role !== 'primary') return alpha;
  return alpha / metrics.filter(({ role }) => role === 'primary').length;
}

/** One metric's groups compared: model − fallback. */
export function metricResult(
  metric: Metric,
  groups: Groups,
  options: SequentialOptions & { sql: string },
): MetricResult {
  const plain = {
    model: statisticOf(metric.kind, groups.model),
    fallback: statisticOf(metric.kind, groups.fallback),
  };
  const sharpened = adjusted(metric, groups, plain);
  const { model, fallback } = sharpened?.pair ?? plain;
  const test = sequentialTest(model, fallback, options);
  return {
    metric: metric.name,
    role: metric.role,
    groups,
    means: { model: plain.model.mean, fallback: plain.fallback.mean },
    estimate: test?.estimate ?? null,
    standardError: test?.standardError ?? null,
    low: test?.low ?? null,
    high: test?.high ?? null,
    p: test?.p ?? null,
    adjustment: sharpened?.adjustment ?? null,
    outlook: test && outlook(test, model.n + fallback.n, options),
    relativeLift: test && plain.fallback.mean !== 0 ? test.estimate / Math.abs(plain.fallback.mean) : null,
    sql: options.sql,
  };
}
