import type { MetricResult } from '@foretell/core/contracts/experiments';
import { adjustmentWords, estimateWords, metricFormat, outcomeOf, outlookWords } from './verdict-words.ts';

const result = (estimate: number | null, low: number | null, high: number | null): MetricResult => ({
  metric: 'm',
  role: 'primary',
  groups: {
    model: { n: 1, sum: 1, sumSquares: 1, conversions: 1 },
    fallback: { n: 1, sum: 1, sumSquares: 1, conversions: 1 },
  },
  means: { model: 0, fallback: 0 },
  estimate,
  standardError: null,
  low,
  high,
  p: null,
  relativeLift: null,
  sql: '',
});

test('an interval beside zero says who is ahead, one around zero says it is open', () => {
  expect(estimateWords(result(0.034, 0.01, 0.058), 'conversion')).toBe(
    'The model’s group is ahead by +3.40 points (between +1.00 points and +5.80 points).',
  );
  expect(estimateWords(result(-2, -3, -1), 'sum')).toBe(
    'The model’s group is behind by −2 (between −3 and −1).',
  );
  expect(estimateWords(result(0.1, -1, 1.2), 'count')).toBe(
    'The difference is +0.1, but it may be anything between −1 and +1.2.',
  );
  expect(estimateWords(result(null, null, null), 'count')).toBe('Too few units yet for an estimate.');
});

test('a difference of shares is never shown beyond 100 points', () => {
  expect(estimateWords(result(-0.5, -1.2, 0.2), 'conversion')).toBe(
    'The difference is −50.00 points, but it may be anything between −100.00 points and +20.00 points.',
  );
  expect(estimateWords(result(-0.03, -2.07, 2.01), 'conversion')).toBe(
    'Nothing can be said yet: of 2 units, any difference is still possible.',
  );
  const outlook = { power: 0, detectable: 2.198, expectedUnits: 18_259 };
  expect(outlookWords({ ...result(-0.03, -2.07, 2.01), outlook }, 'conversion')).toMatch(
    / 2 units: too few to find any difference\.$/,
  );
  expect(estimateWords(result(-0.03, -2.07, 2.01), 'sum')).toMatch(/between −2.07 and \+2.01/);
});

test('conversions are percentages and their differences points', () => {
  const { mean, difference, tick } = metricFormat('conversion');
  expect([mean(0.1234), difference(-0.01), tick(0.025)]).toEqual(['12.34 %', '−1.00 points', '2.5']);
});

test('an experiment stopped by hand has no verdict', () => {
  expect(outcomeOf({ status: 'stopped', conclusion: null })).toBe('stopped');
  expect(outcomeOf({ status: 'running', conclusion: null })).toBe('running');
});

test('how far a verdict is away is said as long as it is open', () => {
  const outlook = { power: 0.31, detectable: 0.0234, expectedUnits: 12_345 };
  expect(outlookWords({ ...result(0.01, -0.01, 0.03), outlook }, 'conversion')).toBe(
    'If the difference is what it seems, it takes about 12,345 units; the chance to see it by now was 31 %. With 2 units, differences from 2.34 points on are found.',
  );
  expect(outlookWords({ ...result(0, -1, 1), outlook: { ...outlook, expectedUnits: null } }, 'sum')).toMatch(
    /no number of units would show one/,
  );
  expect(outlookWords({ ...result(2, 1, 3), outlook }, 'sum')).not.toMatch(/takes about/);
  expect(outlookWords(result(null, null, null), 'sum')).toBeNull();
});

test('what CUPED did is said where it did something', () => {
  const adjustment = { theta: 0.8, varianceReduction: 0.42 };
  expect(adjustmentWords({ ...result(1, 0, 2), adjustment })).toMatch(/42 % less variance/);
  expect(adjustmentWords({ ...result(1, 0, 2), adjustment: null })).toBeNull();
});
