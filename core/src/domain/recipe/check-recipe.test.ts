import type { Recipe } from '../../contracts/recipe.ts';
import { checkRecipe } from './check-recipe.ts';

const columns = [
  { name: 'who', type: 'string' },
  { name: 'at', type: 'timestamp' },
  { name: 'amount', type: 'double' },
  { name: 'plan', type: 'string' },
] as const;
const visits = [
  { name: 'visitor', type: 'string' },
  { name: 'seen', type: 'date' },
  { name: 'page', type: 'string' },
] as const;

const history = {
  kind: 'history',
  name: 'pages',
  of: 'visits',
  aggregate: 'distinct',
  column: 'page',
  windowDays: 30,
  knownAfterDays: 0,
  type: 'number',
} as const;
const events = {
  name: 'visits',
  dataset: '0198f1c0-0000-7000-8000-000000000001',
  featureSet: 1,
  entity: 'visitor',
  time: 'seen',
};
const right: Recipe = {
  version: 1,
  dataset: '0198f1c0-0000-7000-8000-000000000000',
  featureSet: 1,
  entity: 'who',
  time: 'at',
  label: { kind: 'comparison', column: 'amount', op: '>', value: 3 },
  task: 'binary',
  classes: [false, true],
  features: [{ kind: 'column', name: 'plan', column: 'plan', type: 'category' }, history],
  events: [events],
  filter: [{ column: 'plan', op: '=', value: 'free' }],
  split: { validation: 0.2, test: 0.2, embargoDays: 0 },
  sampling: { maxRows: 1000, seed: 1 },
  roles: [],
  warnings: [],
};
const check = (recipe: Recipe) => checkRecipe(recipe, [...columns], [[...visits], [...visits]]);
const withHistory = (change: object): Recipe => ({
  ...right,
  features: [right.features[0]!, { ...history, ...change }],
});

test('a recipe of columns that are there, and of events that are, passes', () => {
  expect(() => check(right)).not.toThrow();
});

test('every column can be asked what fits its type', () => {
  const filter: Recipe['filter'] = [
    { column: 'plan', op: 'in', values: ['free', ''] },
    { column: 'plan', op: 'is_not_empty' },
    { column: 'amount', op: 'between', from: 1, to: 1 },
    { column: 'at', op: 'from', value: '2024-01-01' },
    { column: 'at', op: 'before', value: '2024-02-01T00:00:00Z' },
  ];
  expect(() => check({ ...right, filter })).not.toThrow();
});

test.each<[string, Recipe, string]>([
  ['an unknown entity', { ...right, entity: 'user' }, 'recipe.entity'],
  ['an entity with decimals', { ...right, entity: 'amount' }, 'recipe.entity'],
  ['a time that is text', { ...right, time: 'plan' }, 'recipe.time'],
  ['an unknown label', { ...right, label: { kind: 'column', column: 'x' } }, 'recipe.label.column'],
  [
    'a label that cannot be compared so',
    { ...right, label: { kind: 'comparison', column: 'plan', op: '>', value: 3 } },
    'recipe.label.value',
  ],
  ['an unknown filter', { ...right, filter: [{ column: 'x', op: '=', value: 1 }] }, 'recipe.filter.0.column'],
  [
    'a filter of another type',
    { ...right, filter: [{ column: 'plan', op: '=', value: 1 }] },
    'recipe.filter.0.value',
  ],
  [
    'a filter that text cannot be asked by',
    { ...right, filter: [{ column: 'plan', op: 'between', from: 1, to: 2 }] },
    'recipe.filter.0.op',
  ],
  [
    'a time that is compared as a text',
    { ...right, filter: [{ column: 'at', op: '=', value: '2024-01-01' }] },
    'recipe.filter.0.op',
  ],
  [
    'a list of another type',
    { ...right, filter: [{ column: 'amount', op: 'in', values: [1, '2'] }] },
    'recipe.filter.0.values.1',
  ],
  ['events without their time', { ...right, events: [{ ...events, time: 'page' }] }, 'recipe.events.0.time'],
  [
    'events without their entity',
    { ...right, events: [{ ...events, entity: 'who' }] },
    'recipe.events.0.entity',
  ],
  ['two events of one name', { ...right, events: [events, events] }, 'recipe.events.1.name'],
  ['a feature of events that are not there', withHistory({ of: 'clicks' }), 'recipe.features.1.of'],
  ['a column of the wrong dataset', withHistory({ column: 'plan' }), 'recipe.features.1.column'],
  ['a mean of text', withHistory({ aggregate: 'mean' }), 'recipe.features.1.column'],
  ['a number that is text', withHistory({ aggregate: 'last' }), 'recipe.features.1.type'],
  ['a sum of nothing', withHistory({ aggregate: 'sum', column: null }), 'recipe.features.1.column'],
  ['a rate of nothing', withHistory({ aggregate: 'rate' }), 'recipe.features.1.equals'],
  [
    'a rate of the label in other events',
    withHistory({ aggregate: 'rate', equals: 'label' }),
    'recipe.features.1.equals',
  ],
  [
    'a rate of a wrong value',
    withHistory({ aggregate: 'rate', equals: { value: 1 } }),
    'recipe.features.1.equals.value',
  ],
  ['two features of one name', withHistory({ name: 'plan' }), 'recipe.features.1.name'],
])('%s is refused, and the field named', (_, recipe, field) => {
  expect(() => check(recipe)).toThrow(
    expect.objectContaining({ code: 'invalid', problems: [expect.objectContaining({ field })] }),
  );
});
