import type { MetricResult } from '../../contracts/experiments.ts';
import { normalCdf } from './normal.ts';
import { halfWidthInErrors, type SequentialOptions, type SequentialTest } from './sequential-test.ts';

/** Φ(z80) = 0.8: what is called found is found with a chance of 80 %. */
const z80 = 0.8416212335729143;
/** More units than any product has. */
const countable = 1e12;

export interface Detection extends SequentialOptions {
  /** The true difference of the means, absolute. */
  difference: number;
  /** n · SE²: the estimate's variance times the units of both groups. */
  unitVariance: number;
}

/**
 * Units of both groups at which one look excludes 0 with a chance of 80 %, if `difference` is the true one:
 * |difference| ≥ half(n) + z80 · SE(n). Null when more than 10¹².
 */
export function unitsToDetect({ difference, unitVariance, ...options }: Detection): number | null {
  const found = (n: number) =>
    Math.abs(difference) / Math.sqrt(unitVariance / n) >= halfWidthInErrors(n, options) + z80;
  let high = 4;
  while (!found(high)) {
    high *= 2;
    if (high > countable) return null;
  }
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (found(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** What a test at n units of both groups promises, taking its estimate for the true difference. */
export function outlook(
  { estimate, standardError }: SequentialTest,
  n: number,
  options: SequentialOptions,
): NonNullable<MetricResult['outlook']> {
  const half = halfWidthInErrors(n, options);
  const t = Math.abs(estimate) / standardError;
  return {
    power: normalCdf(t - half) + normalCdf(-t - half),
    detectable: (half + z80) * standardError,
    expectedUnits: unitsToDetect({ difference: estimate, unitVariance: n * standardError ** 2, ...options }),
  };
}
