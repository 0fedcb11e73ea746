import type { Condition } from '@foretell/core/contracts/condition';
import type { Feature, Label, Recipe, Task } from '@foretell/core/contracts/recipe';
import { formatScalar } from '../../format/scalar.ts';

/** "delay > 15", the column's name, or what comes after the row. */
export function labelWords(label: Label): string {
  if (label.kind === 'future') {
    const { as, column, where, days } = label;
    const within = days === 1 ? 'the next day' : `the next ${days} days`;
    if (as === 'sum') return `sum of ${column} in ${within}`;
    return `${where ? `${column} ${where.op} ${formatScalar(where.value)}` : `an event with ${column}`} in ${within}`;
  }
  return label.kind === 'column' ? label.column : `${label.column} ${label.op} ${formatScalar(label.value)}`;
}

const taskWords: Record<Task, string> = {
  binary: 'yes or no',
  multiclass: 'one of several classes',
  regression: 'a number',
};

/** What a model answers, in one sentence. */
export function questionWords(recipe: Pick<Recipe, 'entity' | 'label' | 'task'>): string {
  return `For each ${recipe.entity}: ${labelWords(recipe.label)}? (${taskWords[recipe.task]})`;
}

/** Which rows a model learns from; null: all of them. */
export function filterWords({ filter = [] }: Pick<Recipe, 'filter'>): string | null {
  return filter.length === 0 ? null : `rows with ${filter.map(conditionWords).join(' and ')}`;
}

/** Which rows a model may be asked about; null: any. When a row was learned from has no say in it. */
export const askableWords = ({ filter = [], time }: Pick<Recipe, 'filter' | 'time'>): string | null =>
  filterWords({ filter: filter.filter(({ column }) => column !== time) });

function conditionWords(condition: Condition): string {
  const { column, op } = condition;
  switch (op) {
    case 'is_empty':
      return `${column} empty`;
    case 'is_not_empty':
      return `${column} not empty`;
    case 'in':
      return `${column} one of ${condition.values.map(formatScalar).join(', ')}`;
    case 'between':
      return `${column} between ${formatScalar(condition.from)} and ${formatScalar(condition.to)}`;
    case 'from':
    case 'before':
      return `${column} ${op} ${condition.value}${condition.value.includes('T') ? '' : ' (UTC)'}`;
    case '!=':
      return `${column} not ${formatScalar(condition.value)}`;
    default:
      return `${column} ${op} ${formatScalar(condition.value)}`;
  }
}

const countWords = (column: string | null) =>
  column === null ? 'how many events' : `how many events with ${column}`;

const aggregateWords = {
  sum: 'sum of',
  mean: 'mean of',
  min: 'smallest',
  max: 'largest',
  std: 'spread of',
  distinct: 'how many different values of',
  rate: 'share of',
  last: 'last known',
  time_since_last: 'days since the last',
} as const;

const calendarWords = {
  hour: 'hour of the day',
  weekday: 'day of the week',
  day_of_month: 'day of the month',
  month: 'month',
  minute_of_day: 'minute of the day',
} as const;

function windowWords(days: number | null): string {
  if (days === null) return 'over all time';
  return days === 1 ? 'over the last day' : `over the last ${days} days`;
}

/** What a feature holds, in words. */
export function featureWords(feature: Feature): string {
  switch (feature.kind) {
    case 'column':
      return `${feature.column}, as sent`;
    case 'calendar':
      return calendarWords[feature.part];
    case 'history': {
      const { aggregate, column, equals, windowDays } = feature;
      const where = feature.of === undefined ? '' : `${feature.of}: `;
      const of = equals === 'label' ? 'outcomes that were true' : (column ?? 'events');
      const value = typeof equals === 'object' ? ` = ${formatScalar(equals.value)}` : '';
      if (aggregate === 'time_since_last' || (aggregate === 'last' && windowDays === null)) {
        return `${where}${aggregateWords[aggregate]} ${column ?? 'event'}`;
      }
      const measured =
        aggregate === 'count' ? countWords(column) : `${aggregateWords[aggregate]} ${of}${value}`;
      return `${where}${measured}, ${windowWords(windowDays)}`;
    }
  }
}

/** In words beside others of its group, whose title says whose past it is. */
export const wordsInGroup = (feature: Feature): string =>
  featureWords(feature.kind === 'history' ? { ...feature, of: undefined } : feature);

export interface FeatureGroup {
  title: string;
  features: Feature[];
}

/** Features by where they come from, in the order of a recipe's review. */
export function groupFeatures(features: readonly Feature[], entity: string): FeatureGroup[] {
  const groups = new Map<string, Feature[]>();
  for (const feature of features) {
    const title = groupTitle(feature, entity);
    const group = groups.get(title);
    if (group === undefined) groups.set(title, [feature]);
    else group.push(feature);
  }
  return [...groups].map(([title, members]) => ({ title, features: members }));
}

function groupTitle(feature: Feature, entity: string): string {
  if (feature.kind === 'column') return 'Sent with the request';
  if (feature.kind === 'calendar') return 'Date and time';
  if (feature.equals === 'label') return `Past of the ${entity}: outcomes`;
  const where = feature.of === undefined ? '' : ` in ${feature.of}`;
  return `Past of the ${entity}${where}: ${feature.column ?? 'events'}`;
}
