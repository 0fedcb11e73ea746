import { cuped, cupedTheta, proportion, ratio, sampleMean, type Statistic } from './statistic.ts';
import { sequentialTest } from './sequential-test.ts';

/** Of gbstats 0.8.0, SequentialTwoSidedTTest, absolute, α = .05, N* = 5000: expected, stddev, low, high, p. */
function expectOracle(control: Statistic, treatment: Statistic, oracle: number[]): void {
  const test = sequentialTest(treatment, control, { alpha: 0.05, tuningUnits: 5000 });
  const { estimate, standardError, low, high, p } = test!;
  const values = [estimate, standardError, low, high, p];
  values.forEach((value, index) => expect(Math.abs(value - oracle[index]!)).toBeLessThan(1e-8));
}

test('a proportion is compared as gbstats does', () => {
  expectOracle(
    proportion({ n: 5000, sum: 500 }),
    proportion({ n: 5100, sum: 590 }),
    [0.01568627, 0.00616923, -0.00320516, 0.03457771, 0.1968635],
  );
});

test('a mean is compared as gbstats does', () => {
  expectOracle(
    sampleMean({ n: 5000, sum: 10200, sumSquares: 45000 }),
    sampleMean({ n: 5100, sum: 10900, sumSquares: 50500 }),
    [0.0972549, 0.0448774, -0.04016883, 0.23467863, 0.45256829],
  );
});

test('a ratio is compared as gbstats does', () => {
  const a = { n: 5000, sum: 10200, sumSquares: 45000 };
  const b = { n: 5100, sum: 10900, sumSquares: 50500 };
  expectOracle(
    ratio({ ...a, denominatorSum: 20000, denominatorSumSquares: 130000, sumProducts: 60000 }),
    ratio({ ...b, denominatorSum: 20400, denominatorSumSquares: 133000, sumProducts: 64000 }),
    [0.02431373, 0.00960713, -0.00510528, 0.05373273, 0.20252025],
  );
});

test('a mean adjusted by the time before exposure is compared as gbstats does', () => {
  const a = {
    n: 5000,
    sum: 10200,
    sumSquares: 45000,
    preSum: 9900,
    preSumSquares: 43000,
    sumProducts: 36000,
  };
  const b = {
    n: 5100,
    sum: 10900,
    sumSquares: 50500,
    preSum: 10080,
    preSumSquares: 43900,
    sumProducts: 38500,
  };
  const theta = cupedTheta(a, b);
  expectOracle(
    cuped(a, theta),
    cuped(b, theta),
    [0.09969546, 0.03355969, -0.00307112, 0.20246205, 0.06483572],
  );
});

test('there is no interval before two units a group, nor when nothing varies', () => {
  const options = { alpha: 0.05, tuningUnits: 5000 };
  expect(sequentialTest(proportion({ n: 1, sum: 1 }), proportion({ n: 50, sum: 10 }), options)).toBeNull();
  expect(sequentialTest(proportion({ n: 50, sum: 0 }), proportion({ n: 50, sum: 0 }), options)).toBeNull();
});

/** Mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('two equal groups, looked at over and over, are told apart at most 5 % of the time', () => {
  const next = random(7);
  const trials = 400;
  let falseAlarms = 0;
  for (let trial = 0; trial < trials; trial++) {
    const sums = [0, 0];
    let n = 0;
    let alarmed = false;
    while (n < 5000 && !alarmed) {
      for (let i = 0; i < 100; i++) for (const group of [0, 1]) if (next() < 0.3) sums[group]!++;
      n += 100;
      const [a, b] = sums.map((sum) => proportion({ n, sum }));
      const test = sequentialTest(a!, b!, { alpha: 0.05, tuningUnits: 5000 });
      alarmed = test !== null && (test.low > 0 || test.high < 0);
    }
    if (alarmed) falseAlarms++;
  }
  expect(falseAlarms / trials).toBeLessThanOrEqual(0.05);
});
