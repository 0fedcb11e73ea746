import { recipe, type HistoryAggregate, type Recipe } from '@foretell/core/contracts/recipe';
import { eventTypes, fileNames, type EventColumn } from './events.ts';

export type RecipeInput = Pick<Recipe, 'label' | 'task' | 'classes' | 'features'> &
  Partial<Pick<Recipe, 'split' | 'sampling' | 'entity' | 'time' | 'filter' | 'events'>>;
export type RecipeFeature = Recipe['features'][number];
export type WindowDays = 1 | 7 | 30 | 90 | null;

export const windows: readonly WindowDays[] = [1, 7, 30, 90, null];
const numeric: readonly HistoryAggregate[] = ['sum', 'mean', 'min', 'max', 'std'];
const any: readonly HistoryAggregate[] = ['count', 'distinct', 'last', 'time_since_last'];

/** A recipe over the generated events, with what a test does not care about filled in. */
export function recipeOver(input: RecipeInput): Recipe {
  return recipe.parse({
    version: 1,
    dataset: '0190163d-8694-739b-aea5-966c26f8ad91',
    featureSet: 1,
    entity: fileNames.who,
    time: fileNames.at,
    split: { validation: 0.15, test: 0.2, embargoDays: 1.5 },
    sampling: { maxRows: 10_000_000, seed: 7 },
    roles: [],
    warnings: [],
    ...input,
  });
}

export const idFeature: RecipeFeature = { kind: 'column', name: 'id', column: fileNames.id, type: 'number' };

/** What can be asked of a column's past. */
export function aggregatesOf(column: EventColumn): HistoryAggregate[] {
  const numbers = ['integer', 'double', 'boolean'].includes(eventTypes[column]);
  return [...any, ...(numbers ? numeric : [])];
}

export function history(
  aggregate: HistoryAggregate,
  column: EventColumn | null,
  windowDays: WindowDays,
  knownAfterDays = 0,
  extra: Partial<Extract<RecipeFeature, { kind: 'history' }>> = {},
): RecipeFeature {
  const text = column !== null && ['string', 'date', 'timestamp'].includes(eventTypes[column]);
  return {
    kind: 'history',
    name: `${aggregate} ${column ?? 'events'} ${windowDays ?? 'all'} +${knownAfterDays} ${JSON.stringify(extra.equals ?? '')}`,
    aggregate,
    column: column === null ? null : fileNames[column],
    windowDays,
    knownAfterDays,
    type: aggregate === 'last' && text ? 'category' : 'number',
    ...extra,
  };
}

/** Every aggregate of the columns over every window, or those of `over`. */
export const everyHistory = (
  columns: readonly EventColumn[],
  knownAfterDays: number,
  over: readonly WindowDays[] = windows,
): RecipeFeature[] => [
  ...over.flatMap((days) => [
    history('count', null, days, knownAfterDays),
    history('time_since_last', null, days, knownAfterDays),
  ]),
  ...columns.flatMap((column) =>
    aggregatesOf(column).flatMap((aggregate) =>
      over.map((days) => history(aggregate, column, days, knownAfterDays)),
    ),
  ),
];

export const everyCalendarPart: RecipeFeature[] = (
  ['hour', 'weekday', 'day_of_month', 'month', 'minute_of_day'] as const
).map((part) => ({ kind: 'calendar', name: part, part }));
