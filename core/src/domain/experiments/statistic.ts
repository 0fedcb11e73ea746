/** What a group's sums say: its mean and the variance of ONE unit's value, so that variance / n is the mean's. */
export interface Statistic {
  n: number;
  mean: number;
  variance: number;
}

/** n units' values: Σy and Σy². */
export interface Sums {
  n: number;
  sum: number;
  sumSquares: number;
}

/** Ratio of two sums over the same units: also Σd, Σd² and Σyd. */
export interface RatioSums extends Sums {
  denominatorSum: number;
  denominatorSumSquares: number;
  sumProducts: number;
}

/** A unit's value after exposure (y) and the same before it (x): also Σx, Σx² and Σyx. */
export interface PrePostSums extends Sums {
  preSum: number;
  preSumSquares: number;
  sumProducts: number;
}

const meanOf = (sum: number, n: number) => (n === 0 ? 0 : sum / n);
/** Sums of squares are rounded: a variance is never below 0. */
const sampleVariance = (n: number, sum: number, sumSquares: number) =>
  n <= 1 ? 0 : Math.max(0, (sumSquares - sum ** 2 / n) / (n - 1));
const covariance = (n: number, sumA: number, sumB: number, sumProducts: number) =>
  n <= 1 ? 0 : (sumProducts - (sumA * sumB) / n) / (n - 1);

/** `sum` of n units converted. */
export function proportion({ n, sum }: Pick<Sums, 'n' | 'sum'>): Statistic {
  const mean = meanOf(sum, n);
  return { n, mean, variance: mean * (1 - mean) };
}

export function sampleMean({ n, sum, sumSquares }: Sums): Statistic {
  return { n, mean: meanOf(sum, n), variance: sampleVariance(n, sum, sumSquares) };
}

/** M/D by the delta method. */
export function ratio(sums: RatioSums): Statistic {
  const { n, denominatorSum, denominatorSumSquares, sumProducts } = sums;
  const numerator = sampleMean(sums);
  const denominator = sampleMean({ n, sum: denominatorSum, sumSquares: denominatorSumSquares });
  if (denominator.mean === 0) return { n, mean: 0, variance: 0 };
  const [m, d] = [numerator.mean, denominator.mean];
  const cov = covariance(n, sums.sum, denominatorSum, sumProducts);
  const variance =
    numerator.variance / d ** 2 + (m ** 2 * denominator.variance) / d ** 4 - (2 * m * cov) / d ** 3;
  return { n, mean: m / d, variance: Math.max(0, variance) };
}

/** How y and x are each summed up: as 0 or 1 a unit, or as any number. */
export type Moments = (sums: Sums) => Statistic;

const before = ({ n, preSum, preSumSquares }: PrePostSums): Sums => ({
  n,
  sum: preSum,
  sumSquares: preSumSquares,
});

/** θ of CUPED, from both groups together; 0 when the values before or after do not vary. */
export function cupedTheta(a: PrePostSums, b: PrePostSums, moments: Moments = sampleMean): number {
  const both = {
    n: a.n + b.n,
    sum: a.sum + b.sum,
    sumSquares: a.sumSquares + b.sumSquares,
    preSum: a.preSum + b.preSum,
    preSumSquares: a.preSumSquares + b.preSumSquares,
    sumProducts: a.sumProducts + b.sumProducts,
  };
  const preVariance = moments(before(both)).variance;
  if (preVariance === 0 || moments(both).variance === 0) return 0;
  return covariance(both.n, both.sum, both.preSum, both.sumProducts) / preVariance;
}

/** CUPED: y − θx, whose variance is less the more the time before exposure tells of the time after it. */
export function cuped(sums: PrePostSums, theta: number, moments: Moments = sampleMean): Statistic {
  const post = moments(sums);
  const pre = moments(before(sums));
  const cov = covariance(sums.n, sums.sum, sums.preSum, sums.sumProducts);
  const variance = post.variance + theta ** 2 * pre.variance - 2 * theta * cov;
  return { n: sums.n, mean: post.mean - theta * pre.mean, variance: Math.max(0, variance) };
}
