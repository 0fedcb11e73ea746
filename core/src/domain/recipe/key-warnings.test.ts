import { keyWarnings, type SampledKeys } from './key-warnings.ts';

const sampled = (name: string, keys: readonly (string | number)[], distinct = keys.length): SampledKeys => ({
  column: { name, distinct },
  sample: {
    rows: keys.map((key) => ({ [name]: key })),
    size: keys.length,
    of: keys.length,
    seed: 1,
    standardError: 0,
  },
});
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `c${from + i}`);

test('a key none of whose values is an entity is warned of', () => {
  const pages = sampled('page', ['home', 'cart', 'help', 'home']);
  expect(keyWarnings('visits', sampled('customer', numbered(50)), pages)).toEqual([
    'None of the 3 sampled values of "page" in "visits" is a "customer" of the rows: choose the column that holds the same keys, or the rows have no such past.',
  ]);
});

test('a key of which hardly any value is an entity is warned of', () => {
  const others = sampled('visitor', [...numbered(4), ...numbered(996, 5000)]);
  expect(keyWarnings('visits', sampled('customer', numbered(1000)), others)).toEqual([
    expect.stringMatching(/^Only 4 of the 1,000 sampled values/),
  ]);
});

test('samples that share as many keys as they should are not warned of, whatever their type', () => {
  expect(keyWarnings('visits', sampled('customer', [1, 2, 3]), sampled('id', ['1', '2', '9']))).toEqual([]);
});

test('where a sample holds few of very many keys, none shared is no sign', () => {
  const rows = sampled('customer', numbered(100), 1_000_000);
  expect(keyWarnings('visits', rows, sampled('customer', numbered(100, 5000)))).toEqual([]);
  expect(keyWarnings('visits', rows, sampled('customer', []))).toEqual([]);
});
