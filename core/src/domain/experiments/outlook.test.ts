import { normalCdf } from './normal.ts';
import { outlook, unitsToDetect } from './outlook.ts';
import { sequentialTest } from './sequential-test.ts';
import { proportion } from './statistic.ts';

const options = { alpha: 0.05, tuningUnits: 5000 };

test('Φ has its known values', () => {
  const known = [
    [0, 0.5],
    [1, 0.841344746068543],
    [-1.959963984540054, 0.025],
    [3, 0.99865010196837],
    [-6, 9.86587645037698e-10],
  ] as const;
  for (const [x, p] of known) expect(Math.abs(normalCdf(x) - p)).toBeLessThan(1e-14);
  expect([normalCdf(-40), normalCdf(40)]).toEqual([0, 1]);
});

test('the expected units are those at which the same difference has a power of 80 %', () => {
  const groups = (n: number) => [proportion({ n, sum: 0.12 * n }), proportion({ n, sum: 0.1 * n })] as const;
  const small = sequentialTest(...groups(2000), options)!;
  const { expectedUnits, power, detectable } = outlook(small, 4000, options);
  expect(power).toBeLessThan(0.5);
  expect(detectable).toBeGreaterThan(0.02);
  const then = outlook(sequentialTest(...groups(expectedUnits! / 2), options)!, expectedUnits!, options);
  expect(then.power).toBeCloseTo(0.8, 3);
  expect(then.detectable).toBeCloseTo(0.02, 4);
});

test('no difference is never found', () => {
  expect(unitsToDetect({ difference: 0, unitVariance: 1, ...options })).toBeNull();
});
