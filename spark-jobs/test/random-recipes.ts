import * as fc from 'fast-check';
import type { Condition, Recipe } from '@foretell/core/contracts/recipe';
import { eventColumns, eventTypes, fileNames, type EventColumn } from './events.ts';
import {
  aggregatesOf,
  everyCalendarPart,
  history,
  idFeature,
  recipeOver,
  windows,
  type RecipeFeature,
} from './recipes.ts';

const valuesOf: Record<'small' | 'amount' | 'flag' | 'kind', (string | number | boolean)[]> = {
  small: [0, 3, -2.5],
  amount: [0.1, 0, 99.995],
  flag: [true, false],
  kind: ['a', "it's", 'x\\y', 'nobody'],
};
const valued = ['small', 'amount', 'flag', 'kind'] as const;
const delays = [0, 0.25, 1, 3.5];

const label = fc.oneof(
  fc.constantFrom('>', '>=', '<', '<=').chain((op) =>
    fc.constantFrom<EventColumn>('small', 'amount').chain((column) =>
      fc.constantFrom(0, 1.5, 3).map((value) => ({
        label: { kind: 'comparison', column: fileNames[column], op, value },
        task: 'binary',
        classes: [false, true],
      })),
    ),
  ),
  fc.constantFrom(...valued).chain((column) =>
    fc.constantFrom(...valuesOf[column]).map((value) => ({
      label: { kind: 'comparison', column: fileNames[column], op: '=', value },
      task: 'binary',
      classes: [false, true],
    })),
  ),
  fc.constantFrom<EventColumn>('amount', 'whole', 'small', 'flag').map((column) => ({
    label: { kind: 'column', column: fileNames[column] },
    task: 'regression',
  })),
  fc.constant({
    label: { kind: 'column', column: fileNames.kind },
    task: 'multiclass',
    classes: ['a', 'b', "it's", 'x\\y'],
  }),
  fc.constant({ label: { kind: 'column', column: fileNames.flag }, task: 'binary', classes: [false, true] }),
  fc.constantFrom(...valued).chain((column) =>
    fc.tuple(fc.constantFrom(...valuesOf[column]), fc.constantFrom(1, 5)).map(([value, days]) => ({
      label: { kind: 'future', as: 'happens', column: fileNames[column], where: { op: '=', value }, days },
      task: 'binary',
      classes: [false, true],
    })),
  ),
  fc.constantFrom(1, 5).map((days) => ({
    label: { kind: 'future', as: 'sum', column: fileNames.small, days },
    task: 'regression',
  })),
) as fc.Arbitrary<Pick<Recipe, 'label' | 'task' | 'classes'>>;

const anyWindow = fc.constantFrom(...windows);
const anyDelay = fc.constantFrom(...delays);
const anyColumn = fc.constantFrom(...eventColumns);

const ownColumn = anyColumn
  .filter((column) => column !== 'id')
  .map((column): RecipeFeature => {
    const number = ['integer', 'double', 'boolean'].includes(eventTypes[column]);
    return {
      kind: 'column',
      name: `own ${column}`,
      column: fileNames[column],
      type: number ? 'number' : 'category',
    };
  });
const aggregate = fc
  .tuple(anyColumn, anyWindow, anyDelay)
  .chain(([column, days, delay]) =>
    fc.constantFrom(...aggregatesOf(column)).map((name) => history(name, column, days, delay)),
  );
const eventAggregate = fc
  .tuple(fc.constantFrom('count' as const, 'time_since_last' as const), anyWindow, anyDelay)
  .map(([name, days, delay]) => history(name, null, days, delay));
const rate = fc
  .tuple(fc.constantFrom(...valued), anyWindow, anyDelay)
  .chain(([column, days, delay]) =>
    fc
      .constantFrom(...valuesOf[column])
      .map((value) => history('rate', column, days, delay, { equals: { value } })),
  );
const feature = fc.oneof(
  { arbitrary: fc.constantFrom(...everyCalendarPart), weight: 1 },
  { arbitrary: ownColumn, weight: 2 },
  { arbitrary: aggregate, weight: 6 },
  { arbitrary: eventAggregate, weight: 1 },
  { arbitrary: rate, weight: 2 },
);

/** Any recipe that can be asked of the generated events. */
export const anyRecipe: fc.Arbitrary<Recipe> = fc
  .record({
    asked: label,
    entity: fc.constantFrom<EventColumn>('who', 'kind', 'small', 'flag', 'born'),
    time: fc.constantFrom<EventColumn>('at', 'at', 'seen', 'born'),
    features: fc.uniqueArray(feature, { minLength: 4, maxLength: 12, selector: ({ name }) => name }),
    embargoDays: fc.constantFrom(0, 1.5, 20),
    maxRows: fc.constantFrom(300, 10_000_000),
    filter: fc.constantFrom<Condition[] | undefined>(undefined, [
      { column: fileNames.small, op: '>', value: -2 },
    ]),
  })
  .map(({ asked, entity, time, features, embargoDays, maxRows, filter }) =>
    recipeOver({
      ...asked,
      entity: fileNames[entity],
      time: fileNames[time],
      features: [idFeature, ...features],
      ...(filter ? { filter } : {}),
      split: {
        validation: 0.2,
        test: 0.2,
        embargoDays: asked.label.kind === 'future' ? Math.max(embargoDays, asked.label.days) : embargoDays,
      },
      sampling: { maxRows, seed: 11 },
    }),
  );
