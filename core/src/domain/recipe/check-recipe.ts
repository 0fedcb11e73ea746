import type { FeatureSetSchema } from '../../contracts/feature-set.ts';
import type { ColumnType } from '../../contracts/primitives.ts';
import type { EventsOfRecipe, HistoryFeature, Recipe } from '../../contracts/recipe.ts';
import { checkComparable } from './check-comparable.ts';
import { checkCondition } from './check-condition.ts';
import { checkEntityType, checkTimeType, columnCalled } from './check-question.ts';
import { recipeProblem } from './recipe-problem.ts';

type Columns = FeatureSetSchema['columns'];

/**
 * A whole recipe against the columns that are there: its own dataset's, and those of each of its events, in their order.
 * Throws `invalid` that names the recipe's field (`recipe.features.3.column`).
 */
export function checkRecipe(recipe: Recipe, columns: Columns, events: readonly Columns[]): void {
  checkEntityType(columnCalled(recipe.entity, columns, 'recipe.entity'), 'recipe.entity');
  checkTimeType(columnCalled(recipe.time, columns, 'recipe.time'), 'recipe.time');
  const label = columnCalled(recipe.label.column, columns, 'recipe.label.column');
  if (recipe.label.kind === 'comparison') checkComparable(recipe.label, label, 'recipe.label.value');
  recipe.filter?.forEach((condition, i) => {
    const field = `recipe.filter.${i}`;
    checkCondition(condition, columnCalled(condition.column, columns, `${field}.column`), field);
  });
  const pasts = new Map<string | undefined, Columns>([[undefined, columns]]);
  recipe.events?.forEach((each, i) => {
    const field = `recipe.events.${i}`;
    if (pasts.has(each.name))
      throw recipeProblem(`${field}.name`, 'taken', `Two of the events are called "${each.name}".`);
    pasts.set(each.name, checkEvents(each, events[i] ?? [], field));
  });
  checkFeatures(recipe, columns, pasts);
}

function checkEvents({ entity, time }: EventsOfRecipe, columns: Columns, field: string): Columns {
  checkEntityType(columnCalled(entity, columns, `${field}.entity`), `${field}.entity`);
  checkTimeType(columnCalled(time, columns, `${field}.time`), `${field}.time`);
  return columns;
}

function checkFeatures(
  recipe: Recipe,
  columns: Columns,
  pasts: ReadonlyMap<string | undefined, Columns>,
): void {
  const names = new Set<string>();
  recipe.features.forEach((feature, i) => {
    const field = `recipe.features.${i}`;
    if (names.has(feature.name))
      throw recipeProblem(`${field}.name`, 'taken', `Two features are called "${feature.name}".`);
    names.add(feature.name);
    if (feature.kind === 'column')
      checkKind(feature.type, columnCalled(feature.column, columns, `${field}.column`), `${field}.type`);
    if (feature.kind === 'history') {
      const past = pasts.get(feature.of);
      if (!past)
        throw recipeProblem(`${field}.of`, 'unknown_events', `There are no events "${feature.of ?? ''}".`);
      checkHistory(feature, recipe, past, field);
    }
  });
}

const numeric = (type: ColumnType) => type === 'integer' || type === 'double' || type === 'boolean';

function checkKind(kind: 'number' | 'category', { name, type }: Columns[number], field: string): void {
  if (kind === 'number' && !numeric(type))
    throw recipeProblem(field, 'wrong_type', `"${name}" is ${type}: it is a category, not a number.`);
  if (kind === 'category' && type === 'double')
    throw recipeProblem(field, 'wrong_type', `"${name}" has decimals: it is a number, not a category.`);
}

const ofNumbers = ['sum', 'mean', 'min', 'max', 'std'];

function checkHistory(feature: HistoryFeature, recipe: Recipe, past: Columns, field: string): void {
  const { aggregate, column: name, equals, of } = feature;
  if (name === null) {
    if (aggregate === 'count' || aggregate === 'time_since_last') return;
    throw recipeProblem(`${field}.column`, 'missing', `"${aggregate}" needs a column of the past.`);
  }
  const column = columnCalled(name, past, `${field}.column`);
  if (ofNumbers.includes(aggregate) && !numeric(column.type))
    throw recipeProblem(
      `${field}.column`,
      'wrong_type',
      `"${aggregate}" needs numbers; "${name}" is ${column.type}.`,
    );
  if (aggregate === 'last') checkKind(feature.type, column, `${field}.type`);
  if (aggregate !== 'rate') return;
  if (equals === undefined)
    throw recipeProblem(`${field}.equals`, 'missing', 'A rate needs the value whose share it is.');
  if (equals !== 'label') {
    checkComparable({ op: '=', ...equals }, column, `${field}.equals.value`);
    return;
  }
  if (of !== undefined || recipe.task !== 'binary' || recipe.label.kind === 'future')
    throw recipeProblem(
      `${field}.equals`,
      'not_here',
      'Only a yes-or-no label of the row itself has a rate, and only in the rows’ own past.',
    );
}
