import type { ExperimentHealth, GroupSums, Metric } from '../../contracts/experiments.ts';
import { sequentialTest } from './sequential-test.ts';
import { proportion, sampleMean } from './statistic.ts';

type Imbalance = NonNullable<ExperimentHealth['preExposure']>[number];

/** A false alarm is rarer than a false verdict: it stops nobody, but it costs trust. */
const alpha = 0.001;

/**
 * How far the groups were apart in the days before exposure, when they were treated alike: an interval without 0 says that
 * they are not comparable. Always valid at α = .001. Null for a ratio, and while nothing varied.
 */
export function preExposureImbalance(
  { name, kind }: Metric,
  groups: { model: GroupSums; fallback: GroupSums },
  tuningUnits: number,
): Imbalance | null {
  if (kind === 'ratio') return null;
  const of = ({ n, preSum = 0, preSumSquares = 0 }: GroupSums) =>
    (kind === 'conversion' ? proportion : sampleMean)({ n, sum: preSum, sumSquares: preSumSquares });
  const test = sequentialTest(of(groups.model), of(groups.fallback), { alpha, tuningUnits });
  if (!test) return null;
  const { estimate, low, high } = test;
  return { metric: name, estimate, low, high, alarm: low > 0 || high < 0 };
}
