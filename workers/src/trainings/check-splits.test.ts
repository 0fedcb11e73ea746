import type { Recipe } from '@foretell/core/contracts/recipe';
import { checkSplits } from './check-splits.ts';
import type { SplitData, TrainingData } from './training-data.ts';

const split = (rows: number): SplitData => ({
  rows,
  columns: [],
  labels: Float64Array.from({ length: rows }, (_, i) => i % 2),
  period: ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'],
});
const dataOf = (validation: number, spanDays: number): TrainingData => ({
  inputs: [],
  train: split(400),
  validation: split(validation),
  test: split(60),
  labelled: { rows: 1000, spanDays },
});
const recipeOf = (embargoDays: number): Recipe => ({
  version: 1,
  dataset: '0198f1c0-0000-7000-8000-000000000000',
  featureSet: 1,
  entity: 'who',
  time: 'at',
  label: { kind: 'column', column: 'churned' },
  task: 'binary',
  classes: [false, true],
  features: [{ kind: 'calendar', name: 'hour', part: 'hour' }],
  split: { validation: 0.15, test: 0.15, embargoDays },
  sampling: { maxRows: 1000, seed: 1 },
  roles: [],
  warnings: [],
});

test('splits with rows and both values of the label are fine', () => {
  expect(() => checkSplits(dataOf(30, 10), recipeOf(0))).not.toThrow();
});

test('data too short for the days between the splits is told how many days would do', () => {
  // 1000 rows in 20 days are 50 a day; the splits need 200 rows: 4 days, and 14 days between them twice.
  expect(() => checkSplits(dataOf(0, 20), recipeOf(14))).toThrow(
    /Only 0 rows .* validation split; 30 are needed.*14 days are left out twice: rows with a label over about 32 days are needed, and these span 20\.0\.$/,
  );
});

test.each([
  ['there is nothing between the splits', 20, 0],
  ['the data is long enough', 40, 14],
])('no days are asked for when %s', (_, spanDays, embargoDays) => {
  const check = () => checkSplits(dataOf(3, spanDays), recipeOf(embargoDays));
  expect(check).toThrow(/Only 3 rows .* are left out\.$/);
});
