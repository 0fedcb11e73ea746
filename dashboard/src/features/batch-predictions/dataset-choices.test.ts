import { dataset as datasetSchema, type Dataset } from '@foretell/core/contracts/control-api/datasets';
import { recipe as recipeSchema } from '@foretell/core/contracts/recipe';
import { datasetChoices, keyChoices } from './dataset-choices.ts';

const id = (n: number) => `0198f1c0-0000-7000-8000-00000000000${n}`;
const at = '2026-01-01T00:00:00Z';
const dataset = (n: number, name: string, columns: readonly string[] | null): Dataset =>
  datasetSchema.parse({
    id: id(n),
    name,
    source: 'upload',
    timeColumn: null,
    status: 'ready',
    latestFeatureSet: columns === null ? null : 1,
    rows: 1,
    schema: columns === null ? null : { columns: columns.map((one) => ({ name: one, type: 'string' })) },
    createdAt: at,
    updatedAt: at,
  });
const history = { kind: 'history', aggregate: 'last', windowDays: null, knownAfterDays: 0, type: 'category' };
const recipe = recipeSchema.parse({
  version: 1,
  dataset: id(1),
  featureSet: 1,
  entity: 'customer',
  time: 'at',
  label: { kind: 'column', column: 'returned' },
  task: 'binary',
  classes: [false, true],
  features: [
    { kind: 'column', name: 'channel', column: 'channel', type: 'category' },
    { ...history, name: 'last_category', column: 'category' },
    { ...history, name: 'visits_last_page', column: 'page', of: 'visits' },
  ],
  events: [{ name: 'visits', dataset: id(2), featureSet: 1, entity: 'customer', time: 'at' }],
  split: { validation: 0.15, test: 0.15, embargoDays: 0 },
  sampling: { maxRows: 1000, seed: 1 },
  roles: [],
  warnings: [],
});

test('only datasets with every column that the features are made of can be chosen, the label not among them', () => {
  const choices = datasetChoices(
    [
      dataset(2, 'visits', ['customer', 'at', 'page']),
      dataset(3, 'empty', null),
      dataset(4, 'other', ['page']),
      dataset(1, 'orders', ['customer', 'at', 'channel', 'category']),
    ],
    recipe,
  );
  expect(choices).toEqual([
    { value: id(1), label: 'orders', disabled: false },
    { value: id(2), label: 'visits (lacks channel, category)', disabled: true },
    { value: id(4), label: 'other (lacks customer, at, channel and 1 more)', disabled: true },
  ]);
});

test('a model that learns from past outcomes needs the label’s column', () => {
  const rate = {
    ...history,
    aggregate: 'rate',
    equals: 'label',
    name: 'rate',
    column: 'returned',
    type: 'number',
  };
  const remembering = recipeSchema.parse({ ...recipe, features: [...recipe.features, rate] });
  const orders = dataset(1, 'orders', ['customer', 'at', 'channel', 'category']);
  expect(datasetChoices([orders], remembering)[0]?.label).toBe('orders (lacks returned)');
});

test('what can go along is any column that can name a row, but entity and time', () => {
  const orders = dataset(1, 'orders', ['customer', 'at', 'channel', 'order']);
  orders.schema?.columns.push({ name: 'amount', type: 'double' });
  expect(keyChoices([orders], orders.id, recipe)).toEqual(['channel', 'order']);
  expect(keyChoices([orders], id(9), recipe)).toEqual([]);
});
