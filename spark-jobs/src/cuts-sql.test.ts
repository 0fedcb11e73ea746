import { join } from 'node:path';
import { compileTrainingSet } from './compile-training-set.ts';
import { duckDbDialect } from './dialect.ts';
import { makeSource } from './testing/make-source.ts';
import { eventRecipe } from './testing/random-events.ts';
import { runAndRead, withFolder } from './testing/run-job.ts';

const day = 86_400_000_000;
const count = { kind: 'history', name: 'n', aggregate: 'count', column: null, windowDays: 7 } as const;
const recipe = eventRecipe([{ ...count, knownAfterDays: 0, type: 'number' }]);

/** The row times of each split, in days, of rows at these days. */
async function splitsOf(days: readonly number[], embargoDays: number) {
  return withFolder(async (dir) => {
    const events = days.map((at, i) => ({ who: 'a', at: Math.round(at * day), items: i % 5 }));
    const columns = { who: 'string', at: 'timestamp', items: 'integer' } as const;
    const source = await makeSource(join(dir, 'events.parquet'), columns, events);
    const split = { validation: 0.15, test: 0.15, embargoDays };
    const { rows } = await runAndRead(compileTrainingSet({ ...recipe, split }, source, duckDbDialect), dir);
    expect(rows.length).toBe(days.length);
    const at = (name: string) =>
      rows.filter((row) => row['split'] === name).map((row) => Number(row['row_time']) / day);
    return { train: at('train'), validation: at('validation'), test: at('test') };
  });
}

const steady = (spanDays: number) => Array.from({ length: 1000 }, (_, i) => (i / 1000) * spanDays);

test('data that is long beside the embargo is cut by the shares of its rows', async () => {
  const { train, validation, test } = await splitsOf(steady(100), 2);
  expect([validation[0], test[0]]).toEqual([70, 85]);
  expect([train.length, validation.length, test.length]).toEqual([680, 130, 150]);
});

test.each([
  ['steadily', steady(3.6), 1],
  ['mostly at the end', steady(1).map((at) => 60 * Math.sqrt(at)), 16],
  ['once a day', [0, 1, 2, 3, 4, 5].flatMap((at) => Array<number>(50).fill(at)), 1],
])('short data that comes %s keeps rows in every split, an embargo apart', async (_, days, embargo) => {
  const { train, validation, test } = await splitsOf(days, embargo);
  expect(Math.max(...train) + embargo).toBeLessThan(Math.min(...validation));
  expect(Math.max(...validation) + embargo).toBeLessThan(Math.min(...test));
  expect(train.length).toBeGreaterThan(0.15 * days.length);
  for (const { length } of [validation, test]) expect(length).toBeGreaterThan(0.04 * days.length);
});

test('data no longer than two embargoes leaves a split empty rather than let it leak', async () => {
  const { train, validation, test } = await splitsOf(steady(2), 1);
  expect([train, validation, test].some(({ length }) => length === 0)).toBe(true);
  if (train.length > 0 && validation.length > 0)
    expect(Math.max(...train) + 1).toBeLessThan(Math.min(...validation));
  if (validation.length > 0 && test.length > 0)
    expect(Math.max(...validation) + 1).toBeLessThan(Math.min(...test));
});
