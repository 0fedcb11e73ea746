import * as fc from 'fast-check';
import type { Condition } from '@foretell/core/contracts/condition';
import type { EventsOfRecipe, Recipe } from '@foretell/core/contracts/recipe';
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
const anyTime = fc.constantFrom<EventColumn>('at', 'at', 'seen', 'born');

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
/** The last value known before the row, however old. */
const asOf = fc.tuple(anyColumn, anyDelay).map(([column, delay]) => history('last', column, null, delay));
const past = fc.oneof(
  { arbitrary: aggregate, weight: 6 },
  { arbitrary: eventAggregate, weight: 1 },
  { arbitrary: rate, weight: 2 },
  { arbitrary: asOf, weight: 2 },
);
const ofRow = fc.oneof(
  { arbitrary: fc.constantFrom(...everyCalendarPart), weight: 1 },
  { arbitrary: ownColumn, weight: 2 },
);

/** None, one or two other datasets, whose keys are the recipe's own. */
const otherEvents = (entity: EventColumn): fc.Arbitrary<EventsOfRecipe[]> =>
  fc.subarray(['visits', 'prices']).chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        anyTime.map((time) => ({
          name,
          dataset: '0190163d-8694-739b-aea5-966c26f8ad92',
          featureSet: 1,
          entity: fileNames[entity],
          time: fileNames[time],
        })),
      ),
    ),
  );

/** Of the row, of its dataset's past, and of the past in each of the others. */
function featuresOver(events: readonly EventsOfRecipe[]): fc.Arbitrary<RecipeFeature[]> {
  const several = (feature: fc.Arbitrary<RecipeFeature>, minLength: number, maxLength: number) =>
    fc.uniqueArray(feature, { minLength, maxLength, selector: ({ name }) => name });
  const others = events.map(({ name: of }) =>
    several(
      past.map((feature) => ({ ...feature, of, name: `${of}: ${feature.name}` })),
      1,
      6,
    ),
  );
  return fc.tuple(several(ofRow, 0, 4), several(past, 2, 8), ...others).map((each) => each.flat());
}

const condition: fc.Arbitrary<Condition> = fc.constantFrom(
  { column: fileNames.small, op: '>', value: -2 },
  { column: fileNames.small, op: '<=', value: 7 },
  { column: fileNames.amount, op: '>=', value: -1000.5 },
  { column: fileNames.amount, op: '<', value: 6000 },
  { column: fileNames.whole, op: '>=', value: 0 },
  { column: fileNames.flag, op: '=', value: false },
  { column: fileNames.kind, op: '=', value: 'a' },
  { column: fileNames.kind, op: '!=', value: "it's" },
  { column: fileNames.kind, op: 'in', values: ['a', 'ß', 'x\\y'] },
  { column: fileNames.kind, op: 'is_not_empty' },
  { column: fileNames.small, op: 'between', from: -1, to: 6 },
  { column: fileNames.at, op: 'from', value: '2024-01-16' },
  { column: fileNames.at, op: 'before', value: '2024-06-30T22:00:00+02:00' },
  { column: fileNames.born, op: 'before', value: '2010-01-01' },
);
const filter = fc.option(
  fc.uniqueArray(condition, { minLength: 1, maxLength: 2, selector: ({ column }) => column }),
  { nil: undefined },
);

/** Any recipe that can be asked of the generated events, and of others like them. */
export const anyRecipe: fc.Arbitrary<Recipe> = fc
  .record({ entity: fc.constantFrom<EventColumn>('who', 'kind', 'small', 'flag', 'born') })
  .chain(({ entity }) => otherEvents(entity).map((events) => ({ entity, events })))
  .chain(({ entity, events }) =>
    fc.record({
      asked: label,
      entity: fc.constant(fileNames[entity]),
      time: anyTime.map((time) => fileNames[time]),
      events: fc.constant(events),
      features: featuresOver(events),
      embargoDays: fc.constantFrom(0, 1.5, 20),
      maxRows: fc.constantFrom(300, 10_000_000),
      filter,
    }),
  )
  .map(({ asked, features, embargoDays, maxRows, filter, events, ...columns }) =>
    recipeOver({
      ...asked,
      ...columns,
      features: [idFeature, ...features],
      ...(events.length > 0 ? { events } : {}),
      ...(filter ? { filter } : {}),
      split: {
        validation: 0.2,
        test: 0.2,
        embargoDays: asked.label.kind === 'future' ? Math.max(embargoDays, asked.label.days) : embargoDays,
      },
      sampling: { maxRows, seed: 11 },
    }),
  );
