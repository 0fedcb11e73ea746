import type { Statistic } from './statistic.ts';

export interface SequentialTest {
  /** treatment − control, absolute. */
  estimate: number;
  standardError: number;
  /** Always valid: whoever looks after every unit is wrong at most α of the time. */
  low: number;
  high: number;
  p: number;
}

export interface SequentialOptions {
  alpha: number;
  /** N*: the number of units, of both groups together, at which the interval is tightest. */
  tuningUnits: number;
}

/**
 * The asymptotic confidence sequence of Waudby-Smith et al. on the absolute difference, as GrowthBook computes it. Never
 * on the relative lift: there it is not valid. Null while there is nothing to tell the groups apart by.
 */
export function sequentialTest(
  treatment: Statistic,
  control: Statistic,
  { alpha, tuningUnits }: SequentialOptions,
): SequentialTest | null {
  if (treatment.n < 2 || control.n < 2) return null;
  const n = treatment.n + control.n;
  const estimate = treatment.mean - control.mean;
  const standardError = Math.sqrt(treatment.variance / treatment.n + control.variance / control.n);
  if (standardError === 0) return null;
  const twice = -2 * Math.log(alpha);
  const rhoSquared = (twice + Math.log(twice + 1)) / tuningUnits;
  const scaled = n * rhoSquared;
  const half = standardError * Math.sqrt((1 + 1 / scaled) * Math.log((scaled + 1) / alpha ** 2));
  const t = estimate / standardError;
  const p = Math.sqrt(scaled + 1) * Math.exp((-rhoSquared * t ** 2 * n) / (2 * (scaled + 1)));
  return { estimate, standardError, low: estimate - half, high: estimate + half, p: Math.min(1, p) };
}
