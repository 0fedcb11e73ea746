import type { ColumnSummary } from '../../contracts/feature-set.ts';
import type { Scalar } from '../../contracts/primitives.ts';
import type { Feature, HistoryAggregate, HistoryFeature } from '../../contracts/recipe.ts';
import type { AssessedColumn } from './assess-columns.ts';
import type { CheckedQuestion } from './check-question.ts';
import type { UnderstoodLabel } from './understand-label.ts';

type Window = HistoryFeature['windowDays'];

const windowsTried = [7, 30, 90] as const;
export const maxHistoryColumns = 40;
/** Strings with more different values than this are no dictionary for "the last one was …". */
const maxLastValues = 500;
const ratedValues = 3;

/** What is known of the whole beside its columns. */
export interface FeatureFacts {
  labelKnownAfterDays: number | undefined;
  rows: number;
  /** Whether rows happen at different hours: dates written as times do not. */
  hoursDiffer: boolean;
}

export interface ProposedFeatures {
  features: Feature[];
  warnings: string[];
}

/** The row's own columns, the calendar, and the entity's own past over several windows. */
export function proposeFeatures(
  checked: CheckedQuestion,
  columns: readonly AssessedColumn[],
  label: UnderstoodLabel,
  { labelKnownAfterDays, rows, hoursDiffer }: FeatureFacts,
): ProposedFeatures {
  const { features, add } = createFeatureList();
  for (const { summary, ofRow } of columns) {
    const { name, type } = summary;
    if (ofRow) add({ kind: 'column', column: name, type: type === 'string' ? 'category' : 'number' }, name);
  }
  calendar(checked, hoursDiffer, add);
  if (checked.entity.distinct >= rows)
    return {
      features,
      warnings: [`Every row has another "${checked.entity.name}": there is no history to learn from.`],
    };
  const history = createHistory(windowsWithin(checked.spanDays), add);
  history.events();
  const remembered = columns.filter(({ historyAfterDays }) => historyAfterDays !== null);
  for (const { summary, historyAfterDays } of remembered.slice(0, maxHistoryColumns))
    history.column(summary, historyAfterDays ?? 0);
  if (labelKnownAfterDays !== undefined) history.label(checked.label, label, labelKnownAfterDays);
  const beyond = `History is taken of the first ${maxHistoryColumns} columns of ${remembered.length}; exclude columns to choose others.`;
  return { features, warnings: remembered.length > maxHistoryColumns ? [beyond] : [] };
}

export const windowsWithin = (spanDays: number): Window[] => [
  ...windowsTried.filter((days) => days <= spanDays),
  null,
];

type Unnamed<F> = F extends unknown ? Omit<F, 'name'> : never;
export type Add = (feature: Unnamed<Feature>, name: string) => void;

/** Names are given once: a second feature of a name gets a number. */
export function createFeatureList(given: readonly Feature[] = []): { features: Feature[]; add: Add } {
  const features = [...given];
  const taken = new Set(features.map(({ name }) => name));
  return {
    features,
    add(feature, wanted) {
      let name = wanted;
      for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
      taken.add(name);
      features.push({ ...feature, name });
    },
  };
}

/** Parts that come round again within the data: a month never seen in training tells nothing. */
function calendar({ time, learnedDays }: CheckedQuestion, hoursDiffer: boolean, add: Add): void {
  if (time.type === 'timestamp' && hoursDiffer) {
    add({ kind: 'calendar', part: 'hour' }, 'hour');
    add({ kind: 'calendar', part: 'minute_of_day' }, 'minute_of_day');
  }
  if (learnedDays >= 14) add({ kind: 'calendar', part: 'weekday' }, 'weekday');
  if (learnedDays >= 60) add({ kind: 'calendar', part: 'day_of_month' }, 'day_of_month');
  if (learnedDays >= 540) add({ kind: 'calendar', part: 'month' }, 'month');
}

/** Adds what is worth knowing of the past: of the dataset's own rows, or `of` other events. */
export function createHistory(windows: readonly Window[], add: Add, of?: string) {
  const suffix = (windowDays: Window) => (windowDays === null ? 'all_time' : `${windowDays}d`);
  const aggregate = (
    kind: HistoryAggregate,
    column: string | null,
    knownAfterDays: number,
    windowDays: Window,
    more: { equals?: HistoryFeature['equals']; type?: 'category'; name?: string } = {},
  ): void => {
    const name = [more.name ?? [kind, column].filter((part) => part !== null).join('_')];
    if (of !== undefined) name.unshift(of);
    // The last value is the last of all time: there is no other to tell it from.
    if (kind !== 'last' && kind !== 'time_since_last') name.push(suffix(windowDays));
    add(
      {
        kind: 'history',
        ...(of === undefined ? {} : { of }),
        aggregate: kind,
        column,
        windowDays,
        ...(more.equals === undefined ? {} : { equals: more.equals }),
        knownAfterDays,
        type: more.type ?? 'number',
      },
      name.join('_'),
    );
  };
  const numbers = (name: string, after: number) => {
    for (const days of windows) aggregate('sum', name, after, days);
    for (const days of windows) aggregate('mean', name, after, days);
    aggregate('last', name, after, null);
  };
  const rates = (name: string, value: Scalar, after: number) => {
    for (const days of windows)
      aggregate('rate', name, after, days, { equals: { value }, name: `rate_${name}_${String(value)}` });
  };
  const strings = ({ name, distinct, topValues }: ColumnSummary, after: number) => {
    if (distinct <= 20) for (const { value } of topValues.slice(0, ratedValues)) rates(name, value, after);
    if (distinct <= maxLastValues) aggregate('last', name, after, null, { type: 'category' });
  };
  return {
    events(after = 0) {
      for (const days of windows) aggregate('count', null, after, days);
      aggregate('time_since_last', null, after, null);
    },
    column(summary: ColumnSummary, after: number) {
      if (summary.type === 'string') strings(summary, after);
      else if (summary.type === 'boolean') {
        rates(summary.name, true, after);
        aggregate('last', summary.name, after, null);
      } else numbers(summary.name, after);
    },
    /** What came of the entity's earlier rows, once it is known. */
    label(summary: ColumnSummary, { task, classes }: UnderstoodLabel, after: number) {
      if (task === 'binary')
        for (const days of windows)
          aggregate('rate', summary.name, after, days, { equals: 'label', name: 'rate_label' });
      else if (task === 'multiclass')
        for (const value of (classes ?? []).slice(0, maxRatedClasses)) rates(summary.name, value, after);
      if (summary.type === 'integer' || summary.type === 'double') numbers(summary.name, after);
      aggregate('count', summary.name, after, null);
    },
  };
}

const maxRatedClasses = 5;
