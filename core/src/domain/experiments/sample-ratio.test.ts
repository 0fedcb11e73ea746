import { logGamma } from './log-gamma.ts';
import { sampleRatioE } from './sample-ratio.ts';

test('ln Γ is ln (x − 1)! at whole numbers, and ln √π at a half', () => {
  let factorial = 0;
  for (let x = 1; x <= 300; x++) {
    expect(Math.abs(logGamma(x) - factorial)).toBeLessThan(1e-11 * Math.max(1, factorial));
    factorial += Math.log(x);
  }
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 14);
});

/** The same e-value as a product of one factor a unit: each predicted from those before it. */
function byUnits(groups: readonly number[], weights: readonly number[]): number {
  const seen = weights.map((weight) => 10_000 * weight);
  let e = 1;
  for (const group of groups) {
    const total = seen[0]! + seen[1]!;
    e *= seen[group]! / total / weights[group]!;
    seen[group]!++;
  }
  return e;
}

test('the closed form is the product over the units, in whichever order they came', () => {
  const weights = [0.3, 0.7];
  const groups = Array.from({ length: 4000 }, (_, i) => (i % 5 < 2 ? 0 : 1));
  const counts = [groups.filter((group) => group === 0).length, groups.filter((group) => group === 1).length];
  const closed = sampleRatioE(counts, weights);
  expect(closed / byUnits(groups, weights)).toBeCloseTo(1, 8);
  expect(closed / byUnits([...groups].reverse(), weights)).toBeCloseTo(1, 8);
  expect(closed).toBeGreaterThan(1000);
});

test('a split as it should be raises no alarm, one that is off by two points does', () => {
  expect(sampleRatioE([0, 0], [0.5, 0.5])).toBe(1);
  expect(sampleRatioE([50_100, 49_900], [0.5, 0.5])).toBeLessThan(1);
  expect(sampleRatioE([52_000, 48_000], [0.5, 0.5])).toBeGreaterThan(1000);
  expect(Number.isFinite(sampleRatioE([9_000_000, 1], [0.5, 0.5]))).toBe(true);
});
