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

const rhoSquared = ({ alpha, tuningUnits }: SequentialOptions) => {
  const twice = -2 * Math.log(alpha);
  return (twice + Math.log(twice + 1)) / tuningUnits;
};

/** Half the interval at n units of both groups, in standard errors. */
export function halfWidthInErrors(n: number, options: SequentialOptions): number {
  const scaled = n * rhoSquared(options);
  return Math.sqrt((1 + 1 / scaled) * Math.log((scaled + 1) / options.alpha ** 2));
}

/**
 * The asymptotic confidence sequence of Waudby-Smith et al. on the absolute difference, as GrowthBook computes it. Never
 * on the relative lift: there it is not valid. Null while there is nothing to tell the groups apart by.
 */
export function sequentialTest(
  treatment: Statistic,
  control: Statistic,
  options: SequentialOptions,
): SequentialTest | null {
  if (treatment.n < 2 || control.n < 2) return null;
  const n = treatment.n + control.n;
  const estimate = treatment.mean - control.mean;
  const standardError = Math.sqrt(treatment.variance / treatment.n + control.variance / control.n);
  if (standardError === 0) return null;
  const half = standardError * halfWidthInErrors(n, options);
  const t = estimate / standardError;
  const scaled = n * rhoSquared(options);
  const p = Math.sqrt(scaled + 1) * Math.exp((-scaled * t ** 2) / (2 * (scaled + 1)));
  return { estimate, standardError, low: estimate - half, high: estimate + half, p: Math.min(1, p) };
}
