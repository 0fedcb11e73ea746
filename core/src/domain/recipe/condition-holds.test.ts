import { condition, type Condition } from '../../contracts/condition.ts';
import type { Scalar } from '../../contracts/primitives.ts';
import { passes } from './condition-holds.ts';

const cases: [object, Scalar[], Scalar[]][] = [
  [{ op: '=', value: 'ß' }, ['ß'], ['ss', 'ẞ', '', null]],
  [{ op: '!=', value: 'pro' }, ['Pro', 'pro ', ''], ['pro', null]],
  [{ op: 'in', values: ['a', 'é'] }, ['a', 'é'], ['A', 'e\u0301', '', null]],
  [{ op: 'in', values: [0, 2.5] }, [0, -0, 2.5], [2, null]],
  [{ op: 'is_empty' }, [null, ''], [' ', 0, false]],
  [{ op: 'is_not_empty' }, [' ', 0, false], [null, '']],
  [{ op: '!=', value: 3 }, [2.999, -3], [3, null]],
  [{ op: '!=', value: true }, [false], [true, null]],
  [{ op: 'between', from: -1, to: 2 }, [-1, 0, 2], [-1.001, 2.001, null]],
  [{ op: '<=', value: 3 }, [3, -4], [3.1, null]],
  [
    { op: 'from', value: '2024-03-31T02:00:00+02:00' },
    ['2024-03-31', '2024-03-31T00:00:00.000Z', '2024-04-01'],
    ['2024-03-30', '2024-03-30T23:59:59.999Z', null],
  ],
  [
    { op: 'before', value: '2024-02-29' },
    ['2024-02-28', '2024-02-28T23:59:59.999Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z', null],
  ],
];

test.each(cases)('%j lets pass %j, and not %j', (asked, passing, others) => {
  const filter = [condition.parse({ column: 'x', ...asked })];
  expect(passing.filter((x) => !passes(filter, { x }))).toEqual([]);
  expect(others.filter((x) => passes(filter, { x }))).toEqual([]);
});

test('a row passes when all conditions hold; a column that is not there is empty', () => {
  const filter: Condition[] = [
    { column: 'plan', op: '=', value: 'pro' },
    { column: 'left', op: 'is_empty' },
  ];
  expect(passes(filter, { plan: 'pro' })).toBe(true);
  expect(passes(filter, { plan: 'pro', left: 1 })).toBe(false);
  expect(passes([], {})).toBe(true);
});

test.each<[string, object, string[]]>([
  ['an operator that is none', { op: '~', value: 1 }, ['op']],
  ['an empty list', { op: 'in', values: [] }, ['values']],
  ['a range with no end', { op: 'between', from: 1 }, ['to']],
  ['a day that is none', { op: 'from', value: '2024-02-30' }, ['value']],
  ['a time without its offset', { op: 'before', value: '2024-02-28T12:00:00' }, ['value']],
  ['a time finer than a millisecond', { op: 'from', value: '2024-02-28T12:00:00.0001Z' }, ['value']],
])('%s is refused by its field', (_, asked, path) => {
  const { error } = condition.safeParse({ column: 'x', ...asked });
  expect(error?.issues.map((issue) => issue.path)).toEqual([path]);
});
