import type { HistoryFeature } from '@foretell/core/contracts/recipe';

/** A whole-number total per entity and day, that running sums add up: `name` is its column, `tile` its aggregate over the day's rows. */
export interface Total {
  name: string;
  tile: string;
}
/** The last non-null value of a column, with its time `<name>_t`. */
export interface Last {
  name: string;
  value: string;
  /** Which rows count. */
  present: string;
}
/** The running or windowed least or greatest value. */
export interface Extreme {
  name: string;
  aggregate: 'min' | 'max';
  value: string;
}
/** How many different values within the window. */
export interface Distinct {
  name: string;
  value: string;
  windowDays: number | null;
}

/** The history features of one view's events that share one delay, and everything they need of each (entity, day). */
export interface HistoryGroup {
  prefix: string;
  /** The view whose rows are the events: e, t, and what the features read. */
  events: string;
  lagMicros: number;
  windows: number[];
  totals: Total[];
  lasts: Last[];
  extremes: Extreme[];
  distincts: Distinct[];
  features: HistoryColumn[];
}
/** A feature, and its expression over the group's history view (NULL-safe for rows without any history). */
export interface HistoryColumn {
  feature: HistoryFeature;
  /** `day` is the row's UTC day, in days since 1970. */
  value: (history: string, day: string) => string;
}

export const emptyGroup = (prefix: string, events: string, lagMicros: number): HistoryGroup => ({
  prefix,
  events,
  lagMicros,
  windows: [],
  totals: [],
  lasts: [],
  extremes: [],
  distincts: [],
  features: [],
});

/** Adds what is not there yet; the same thing asked twice is computed once. */
export function need<T extends { name: string }>(list: T[], item: T): string {
  if (!list.some(({ name }) => name === item.name)) list.push(item);
  return item.name;
}

/** The column of the history view that holds `total` over the window. */
export const windowed = (total: string, windowDays: number | null): string =>
  windowDays === null ? total : `${total}_${windowDays}d`;
