import { join } from 'node:path';
import type { Label, Recipe } from '@foretell/core/contracts/recipe';
import { DomainError } from '@foretell/core/domain/errors';
import { compileTrainingSet } from './compile-training-set.ts';
import { duckDbDialect } from './dialect.ts';
import { makeSource, type TestRow } from './testing/make-source.ts';
import { eventColumns, eventRecipe } from './testing/random-events.ts';
import { runAndRead, withFolder } from './testing/run-job.ts';

const day = 86_400_000_000;
const start = Date.UTC(2024, 0, 1) * 1000;
const blank = Object.fromEntries(Object.keys(eventColumns).map((name) => [name, null]));
const event = (who: string | null, days: number, items: number | null): TestRow => ({
  ...blank,
  who,
  at: start + days * day,
  items,
});
const self = { kind: 'column', name: 'items', column: 'items', type: 'number' } as const;
const happens = { kind: 'future', as: 'happens', column: 'items', days: 7 } as const;

function asked(label: Label, more: Partial<Recipe> = {}): Recipe {
  const task = label.kind === 'future' && label.as === 'sum' ? 'regression' : 'binary';
  const split = { validation: 0.2, test: 0.2, embargoDays: 7 };
  return { ...eventRecipe([self]), label, task, split, ...more };
}

async function labels(recipe: Recipe, events: TestRow[]): Promise<unknown[][]> {
  return withFolder(async (dir) => {
    const source = await makeSource(join(dir, 'events.parquet'), eventColumns, events);
    const { rows } = await runAndRead(compileTrainingSet(recipe, source, duckDbDialect), dir);
    return rows.map((row) => [row['entity'], (Number(row['row_time']) - start) / day, row['label']]);
  });
}

const events = [
  event('a', 0, 1),
  event('a', 7, 2),
  event('a', 14.001, 4),
  event('b', 0, 1),
  event('b', 0, 8),
  event(null, 0, 1),
  event('b', 1, null),
  event('c', 21, 1),
];

test('an event counts from just after the row to the last moment of its days; the data’s end is not a no', async () => {
  expect(await labels(asked(happens), events)).toEqual([
    ['a', 0, 1],
    ['b', 0, 0],
    ['b', 0, 0],
    ['b', 1, 0],
    ['a', 7, 0],
  ]);
});

test('only events that compare so happen', async () => {
  const label = { ...happens, where: { op: '>=', value: 3 } } as const;
  expect((await labels(asked(label), events)).filter(([who]) => who === 'a')).toEqual([
    ['a', 0, 0],
    ['a', 7, 0],
  ]);
});

test('a sum is of the events after the row, and none is nothing', async () => {
  const label = { kind: 'future', as: 'sum', column: 'items', days: 14 } as const;
  const split = { validation: 0.2, test: 0.2, embargoDays: 14 };
  expect(await labels(asked(label, { split }), events)).toEqual(
    [
      ['a', 0, 2],
      ['b', 0, 0],
      ['b', 0, 0],
      ['a', 7, 4],
      ['b', 1, 0],
    ].toSorted((x, y) => Number(x[1]) - Number(y[1]) || (String(x[0]) < String(y[0]) ? -1 : 1)),
  );
});

test('rows that the filter leaves out are not learned from, and are history all the same', async () => {
  const filter = [{ column: 'items', op: '=' as const, value: 1 }];
  expect(await labels(asked(happens, { filter }), events)).toEqual([
    ['a', 0, 1],
    ['b', 0, 0],
  ]);
});

test.each([
  ['split.embargoDays', asked({ ...happens, days: 8 })],
  ['task', asked(happens, { task: 'regression' })],
  ['label.where.value', asked({ ...happens, where: { op: '>', value: 'x' } })],
  ['label.column', asked({ ...happens, column: 'nowhere' })],
  ['filter.0.value', asked(happens, { filter: [{ column: 'items', op: '<', value: 'x' }] })],
  ['filter.0.column', asked(happens, { filter: [{ column: 'nowhere', op: '=', value: 1 }] })],
])('%s is named when it cannot be', async (field, recipe) => {
  await withFolder(async (dir) => {
    const source = await makeSource(join(dir, 'events.parquet'), eventColumns, events);
    let caught: unknown;
    try {
      compileTrainingSet(recipe, source, duckDbDialect);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(DomainError);
    expect((caught as DomainError).problems[0]?.field).toBe(field);
  });
});
