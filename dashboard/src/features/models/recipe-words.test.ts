import type { Feature } from '@foretell/core/contracts/recipe';
import { askableWords, featureWords, filterWords, groupFeatures, labelWords } from './recipe-words.ts';

const column: Feature = { kind: 'column', name: 'distance', column: 'distance', type: 'number' };
const calendar: Feature = { kind: 'calendar', name: 'hour', part: 'hour' };
const history = (over: Partial<Extract<Feature, { kind: 'history' }>>): Feature => ({
  kind: 'history',
  name: 'h',
  aggregate: 'mean',
  column: 'distance',
  windowDays: 7,
  knownAfterDays: 0,
  type: 'number',
  ...over,
});

test('a label reads as the user stated it', () => {
  expect(labelWords({ kind: 'comparison', column: 'delay', op: '>', value: 15 })).toBe('delay > 15');
  expect(labelWords({ kind: 'column', column: 'churned' })).toBe('churned');
});

test('the rows that are learned from are told in words', () => {
  expect(filterWords({})).toBeNull();
  expect(
    filterWords({
      filter: [
        { column: 'plan', op: '=', value: 'pro' },
        { column: 'items', op: '>=', value: 3 },
      ],
    }),
  ).toBe('rows with plan = pro and items >= 3');
  expect(
    filterWords({
      filter: [
        { column: 'plan', op: '!=', value: 'free' },
        { column: 'kind', op: 'in', values: ['a', 'b'] },
        { column: 'items', op: 'between', from: 1, to: 1000 },
        { column: 'left', op: 'is_empty' },
        { column: 'note', op: 'is_not_empty' },
        { column: 'at', op: 'from', value: '2024-01-01' },
        { column: 'at', op: 'before', value: '2024-02-01T12:00:00Z' },
      ],
    }),
  ).toBe(
    'rows with plan not free and kind one of a, b and items between 1 and 1,000 and left empty and note not empty and at from 2024-01-01 (UTC) and at before 2024-02-01T12:00:00Z',
  );
});

test('when a row was says nothing of what may be asked', () => {
  const recent = { column: 'at', op: 'from', value: '2024-01-01' } as const;
  expect(askableWords({ time: 'at', filter: [recent] })).toBeNull();
  expect(askableWords({ time: 'at', filter: [recent, { column: 'born', op: 'is_empty' }] })).toBe(
    'rows with born empty',
  );
});

test('every kind of feature is told in words', () => {
  expect(featureWords(history({}))).toBe('mean of distance, over the last 7 days');
  expect(featureWords(history({ aggregate: 'count', column: null, windowDays: null }))).toBe(
    'how many events, over all time',
  );
  expect(featureWords(history({ aggregate: 'rate', column: 'delay', equals: 'label', windowDays: 1 }))).toBe(
    'share of outcomes that were true, over the last day',
  );
  expect(featureWords(history({ aggregate: 'rate', column: 'plan', equals: { value: 'pro' } }))).toBe(
    'share of plan = pro, over the last 7 days',
  );
  expect(featureWords(history({ aggregate: 'time_since_last', column: null, windowDays: null }))).toBe(
    'days since the last event',
  );
  expect(featureWords(history({ aggregate: 'distinct', windowDays: null }))).toBe(
    'how many different values of distance, over all time',
  );
  expect(featureWords(history({ aggregate: 'last', windowDays: null }))).toBe('last known distance');
  expect(featureWords(calendar)).toBe('hour of the day');
});

test('features are grouped by where they come from', () => {
  const groups = groupFeatures([column, history({}), calendar, history({ name: 'g' })], 'origin');
  expect(groups.map(({ title, features }) => [title, features.length])).toEqual([
    ['Sent with the request', 1],
    ['Past of the origin: distance', 2],
    ['Date and time', 1],
  ]);
});
