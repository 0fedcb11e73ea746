import { counted, whole } from './count-words.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [2_000_000, '2,000,000'],
])('%p is said as %s', (n, words) => expect(whole(n)).toBe(words));

test('one of a thing is no plural', () => {
  expect(['row', 'new row'].map((what) => counted(1, what))).toEqual(['1 row', '1 new row']);
  expect([0, 2, 1997].map((n) => counted(n, 'row'))).toEqual(['0 rows', '2 rows', '1,997 rows']);
});
