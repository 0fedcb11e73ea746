import type { HistoryFeature, Label, Recipe } from '@foretell/core/contracts/recipe';
import type { Source } from '../src/source.ts';
import { holds, isKept } from './condition-oracle.ts';
import { columnCalled, eventTypes, type Event, type EventColumn } from './events.ts';

/**
 * What a training set must hold, found by looking at every earlier event for every row: it knows the words of the recipe,
 * and nothing of SQL, tiles or running sums.
 */
export interface OracleRow {
  id: number;
  rowTime: number;
  entity: string | null;
  label: number;
  split: string;
  features: (number | string | null)[];
}

const dayUs = 86_400_000_000;
const utcDay = (microseconds: number) => Math.floor(microseconds / dayUs);
/** An event as the recipe sees it: its entity as text, its time in microseconds. */
export interface Happening {
  event: Event;
  who: string | null;
  at: number | null;
}

export function happeningOf(recipe: Pick<Recipe, 'time' | 'entity'>, event: Event): Happening {
  const time = columnCalled(recipe.time);
  const entity = columnCalled(recipe.entity);
  const cell = numberOf(event[time]);
  const at = cell !== null && eventTypes[time] === 'date' ? cell * dayUs : cell;
  return { event, who: textOf(entity, event[entity]), at };
}

function textOf(column: EventColumn, cell: Event[EventColumn]): string | null {
  if (cell === null) return null;
  if (eventTypes[column] === 'date') return new Date(Number(cell) * 86_400_000).toISOString().slice(0, 10);
  if (eventTypes[column] === 'timestamp') return timeText(BigInt(cell));
  return String(cell);
}

/** 2024-02-29 23:59:59.999: as many decimals as it has, up to the microsecond. */
function timeText(microseconds: bigint): string {
  const second = new Date(Math.floor(Number(microseconds) / 1e6) * 1000).toISOString().slice(0, 19);
  const rest = ((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const decimals = String(rest).padStart(6, '0').replace(/0+$/, '');
  return second.replace('T', ' ') + (decimals === '' ? '' : `.${decimals}`);
}

/** `taken`: the ids of the rows that were sampled; `others`: what happened in each of the recipe's `events`. */
export function oracle(
  recipe: Recipe,
  source: Source,
  events: readonly Event[],
  taken: ReadonlySet<number>,
  others: readonly (readonly Event[])[] = [],
): OracleRow[] {
  const happenings = events.map((event) => happeningOf(recipe, event));
  const labelled = happenings.flatMap(({ event, who, at }) => {
    const label = labelOf(recipe, event, happenings, source);
    return at === null || label === null || !taken.has(event.id) ? [] : [{ event, who, at, label }];
  });
  const times = labelled.map(({ at }) => at).sort((a, b) => a - b);
  const [validationFrom, testFrom] = cutsOf(times, recipe.split);
  const embargo = recipe.split.embargoDays * dayUs;
  const splitOf = (at: number) => {
    if (at >= testFrom) return 'test';
    if (at >= validationFrom) return at + embargo < testFrom ? 'validation' : 'embargo';
    return at + embargo < validationFrom ? 'train' : 'embargo';
  };
  return labelled.map(({ event, who, at, label }) => ({
    id: event.id,
    rowTime: at,
    entity: who,
    label,
    split: splitOf(at),
    features: recipe.features.map((feature) => {
      if (feature.kind === 'calendar') return calendarPart(feature.part, at);
      if (feature.kind === 'history') {
        const index = (recipe.events ?? []).findIndex(({ name }) => name === feature.of);
        const events = recipe.events?.[index];
        const past = events ? (others[index] ?? []).map((each) => happeningOf(events, each)) : happenings;
        return historyOf(feature, recipe, source.events?.[index] ?? source, past, who, at);
      }
      const column = columnCalled(feature.column);
      const cell = event[column];
      return feature.type === 'category' ? textOf(column, cell) : numberOf(cell);
    }),
  }));
}

type Cuts = [validationFrom: number, testFrom: number];

/** By share, unless the embargo takes more than half of a split: then what leaves the poorest split most, of all moments. */
function cutsOf(times: readonly number[], { validation, test, embargoDays }: Recipe['split']): Cuts {
  const embargo = embargoDays * dayUs;
  const n = times.length;
  const from = (share: number) => times[Math.floor(n * share)] ?? Infinity;
  const byShare: Cuts = [from(1 - test - validation), from(1 - test)];
  const leftOver = ([first, second]: Cuts): number => {
    const count = (isIn: (at: number) => boolean) => times.filter(isIn).length;
    const kept = [
      count((at) => at + embargo < first) / (1 - validation - test),
      (count((at) => at + embargo < second) - count((at) => at < first)) / validation,
      count((at) => at >= second) / test,
    ];
    return Math.min(...kept) / n;
  };
  if (n === 0 || embargo === 0 || leftOver(byShare) >= 0.5) return byShare;
  const twentieth = (i: number) => Math.floor((i * 20) / n);
  const firsts = times.filter((_, i) => i === 0 || twentieth(i) !== twentieth(i - 1));
  const moments = [...new Set([...firsts, ...byShare])].sort((a, b) => a - b);
  const pairs = moments.flatMap((first) =>
    moments.flatMap((second) => (first < second ? [[first, second] satisfies Cuts] : [])),
  );
  return pairs.reduce((best, pair) => (leftOver(pair) > leftOver(best) ? pair : best), pairs[0] ?? byShare);
}

function labelOf(
  recipe: Recipe,
  event: Event,
  happenings: readonly Happening[],
  source?: Source,
): number | null {
  const { label, task, classes, filter = [] } = recipe;
  if (!filter.every((condition) => isKept(condition, event))) return null;
  if (label.kind === 'future') {
    const digits = source?.columns.get(label.column)?.digits ?? 0;
    return futureOf(label, happeningOf(recipe, event), happenings, digits);
  }
  const cell = event[columnCalled(label.column)];
  if (cell === null) return null;
  if (label.kind === 'comparison') return holds(label, cell) ? 1 : 0;
  if (task === 'regression') return Number(cell);
  const index = (classes ?? []).findIndex(
    (value) => value === (typeof cell === 'bigint' ? Number(cell) : cell),
  );
  return index < 0 ? null : index;
}

/** Looks at everything that happens to the same entity in the days after. */
function futureOf(
  { as, column: name, where, days }: Extract<Label, { kind: 'future' }>,
  { who, at }: Happening,
  happenings: readonly Happening[],
  digits: number,
): number | null {
  const column = columnCalled(name);
  const end = Math.max(...happenings.map((each) => each.at ?? -Infinity));
  if (at === null || who === null || at + days * dayUs > end) return null;
  const next = happenings.filter(
    (each) => each.who === who && each.at !== null && each.at > at && each.at <= at + days * dayUs,
  );
  const cells = next.flatMap(({ event }) => (event[column] === null ? [] : [event[column]]));
  if (as === 'sum') return ofNumbers('sum', cells, digits);
  return cells.some((cell) => where === undefined || holds(where, cell)) ? 1 : 0;
}

function calendarPart(part: string, at: number): number {
  const time = new Date(Math.floor(at / 1000));
  switch (part) {
    case 'hour':
      return time.getUTCHours();
    case 'weekday':
      return (time.getUTCDay() + 6) % 7;
    case 'day_of_month':
      return time.getUTCDate();
    case 'month':
      return time.getUTCMonth() + 1;
    default:
      return time.getUTCHours() * 60 + time.getUTCMinutes();
  }
}

const numberOf = (cell: Event[EventColumn]): number | null => (cell === null ? null : Number(cell));

/** The feature of `who` as a row at `now` may know it. */
export function historyOf(
  feature: HistoryFeature,
  recipe: Recipe,
  source: Source,
  happenings: readonly Happening[],
  who: string | null,
  now: number,
): number | string | null {
  const today = utcDay(now);
  const { windowDays, knownAfterDays } = feature;
  const known = happenings.filter(({ who: other, at }) => {
    if (who === null || other !== who || at === null) return false;
    const day = utcDay(at + Math.round(knownAfterDays * dayUs));
    return day < today && (windowDays === null || day >= today - windowDays);
  });
  if (feature.column === null) return feature.aggregate === 'count' ? known.length : sinceLast(known, today);
  const column = columnCalled(feature.column);
  const present = known.filter(({ event }) => event[column] !== null);
  const cells = present.map(({ event }) => event[column]);
  switch (feature.aggregate) {
    case 'count':
      return present.length;
    case 'time_since_last':
      return sinceLast(present, today);
    case 'distinct':
      return new Set(cells.map((cell) => (cell === 0 ? 0 : cell))).size;
    case 'last': {
      const latest = Math.max(...present.map(({ at }) => at ?? -Infinity));
      const values = present.filter(({ at }) => at === latest).map(({ event }) => event[column]);
      const greatest = values.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
      return feature.type === 'category' ? textOf(column, greatest) : numberOf(greatest);
    }
    case 'rate': {
      const hits = present.filter(({ event }) =>
        feature.equals === 'label'
          ? labelOf(recipe, event, happenings) === 1
          : numeric(event[column]) === feature.equals?.value,
      );
      return present.length === 0 ? null : hits.length / present.length;
    }
    default:
      return ofNumbers(feature.aggregate, cells, source.columns.get(feature.column)?.digits ?? 0);
  }
}

const numeric = (cell: Event[EventColumn]) => (typeof cell === 'bigint' ? Number(cell) : cell);

function sinceLast(known: readonly Happening[], today: number): number | null {
  return known.length === 0
    ? null
    : (today * dayUs - Math.max(...known.map(({ at }) => at ?? -Infinity))) / dayUs;
}

/** Sums are taken of the values rounded to the column's kept digits, exactly. */
function ofNumbers(aggregate: string, cells: readonly Event[EventColumn][], digits: number): number | null {
  const values = cells.map(Number);
  if (aggregate === 'min' || aggregate === 'max')
    return values.length === 0 ? null : aggregate === 'min' ? Math.min(...values) : Math.max(...values);
  const scale = 10 ** Math.abs(digits);
  const whole = cells.map((cell) => {
    if (typeof cell === 'bigint' && digits === 0) return cell;
    return BigInt(Math.floor((digits >= 0 ? Number(cell) * scale : Number(cell) / scale) + 0.5));
  });
  const unit = (total: number) => (digits >= 0 ? total / scale : total * scale);
  const n = BigInt(whole.length);
  const sum = whole.reduce((a, b) => a + b, 0n);
  if (aggregate === 'sum') return unit(Number(sum));
  if (aggregate === 'mean') return n === 0n ? null : unit(Number(sum) / Number(n));
  if (n < 2n) return null;
  const squares = whole.reduce((a, b) => a + b * b, 0n);
  return unit(Math.sqrt(Number(n * squares - sum * sum) / Number(n * (n - 1n))));
}

/** Every event that has a label and a time is a row. */
export function labelledIds(recipe: Recipe, events: readonly Event[]): Set<number> {
  const happenings = events.map((event) => happeningOf(recipe, event));
  const rows = happenings.filter(
    ({ event, at }) => at !== null && labelOf(recipe, event, happenings) !== null,
  );
  return new Set(rows.map(({ event }) => event.id));
}
