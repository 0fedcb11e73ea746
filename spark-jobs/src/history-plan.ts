import type { HistoryFeature, Recipe } from '@foretell/core/contracts/recipe';
import { equalsSql, invalid } from './condition-sql.ts';
import { dayMicros, doubleLiteral } from './dialect.ts';
import {
  emptyGroup,
  need,
  windowed,
  type HistoryColumn,
  type HistoryGroup,
  type Total,
} from './history-group.ts';
import { pastOf, type Pasts } from './pasts-sql.ts';
import { asDouble, asText, type RowColumn, type Rows } from './rows-sql.ts';
import { isNumeric } from './source.ts';

/** `pasts` holds the events of each view by the name that features call it; the dataset's own rows have none. */
export function planHistory(recipe: Recipe, pasts: Pasts): HistoryGroup[] {
  const groups = new Map<string, HistoryGroup>();
  recipe.features.forEach((feature, index) => {
    if (feature.kind !== 'history') return;
    const rows = pastOf(pasts, feature, `features.${index}.of`);
    const lagMicros = Math.round(feature.knownAfterDays * dayMicros);
    const key = `${rows.statement.view} ${lagMicros}`;
    const group = groups.get(key) ?? emptyGroup(`g${groups.size}`, rows.statement.view, lagMicros);
    groups.set(key, group);
    const { windowDays } = feature;
    if (windowDays !== null && !group.windows.includes(windowDays)) group.windows.push(windowDays);
    group.features.push(planFeature(group, feature, recipe, rows, `features.${index}`));
  });
  return [...groups.values()];
}

function planFeature(
  group: HistoryGroup,
  feature: HistoryFeature,
  recipe: Recipe,
  rows: Rows,
  field: string,
): HistoryColumn {
  const { aggregate, windowDays } = feature;
  const over = (total: string) => windowed(total, windowDays);
  if (aggregate === 'count' && feature.column === null) {
    const count = over(need(group.totals, { name: 'n', tile: 'count(*)' }));
    return { feature, value: (h) => `CAST(coalesce(${h}.${count}, 0) AS DOUBLE)` };
  }
  if (aggregate === 'time_since_last') return planTimeSince(group, feature, rows);
  if (feature.column === null)
    throw invalid(`${field}.column`, `"${aggregate}" needs a column of the history.`);
  const column = rows.column(feature.column);
  const count = () => over(countOf(group, column));
  switch (aggregate) {
    case 'count':
      return { feature, value: (h) => `CAST(coalesce(${h}.${count()}, 0) AS DOUBLE)` };
    case 'rate': {
      const hits = over(need(group.totals, rateTotal(group, feature, column, recipe, field)));
      const all = count();
      return { feature, value: (h) => ratio(`${h}.${hits}`, `${h}.${all}`) };
    }
    case 'last': {
      const last = lastOf(group, column);
      const spell = feature.type === 'category' ? asText : asDouble;
      return { feature, value: (h) => spell(`${h}.${over(last)}`, column.type, `${field}.type`) };
    }
    case 'distinct': {
      const name = `d_${column.v}_${windowDays ?? 'all'}`;
      need(group.distincts, { name, value: column.v, windowDays });
      return { feature, value: (h) => `CAST(coalesce(${h}.${name}, 0) AS DOUBLE)` };
    }
    default:
      return planNumeric(group, feature, column, aggregate, field);
  }
}

function planNumeric(
  group: HistoryGroup,
  feature: HistoryFeature,
  column: RowColumn,
  aggregate: 'sum' | 'mean' | 'std' | 'min' | 'max',
  field: string,
): HistoryColumn {
  if (!isNumeric(column.type))
    throw invalid(`${field}.column`, `"${aggregate}" needs numbers; "${column.name}" is ${column.type}.`);
  const over = (total: string) => windowed(total, feature.windowDays);
  if (aggregate === 'min' || aggregate === 'max') {
    const value = asDouble(column.v, column.type, `${field}.column`);
    const name = over(need(group.extremes, { name: `${aggregate}_${column.v}`, aggregate, value }));
    return { feature, value: (h) => `${h}.${name}` };
  }
  const sum = over(need(group.totals, { name: `s_${column.x}`, tile: exactSum(column.x) }));
  const unit = (total: string) => unscaled(total, column.digits);
  if (aggregate === 'sum') return { feature, value: (h) => unit(`CAST(coalesce(${h}.${sum}, 0) AS DOUBLE)`) };
  const count = over(countOf(group, column));
  if (aggregate === 'mean') return { feature, value: (h) => unit(ratio(`${h}.${sum}`, `${h}.${count}`)) };
  const squares = over(need(group.totals, { name: `q_${column.x}`, tile: exactSquares(column.x) }));
  return {
    feature,
    value: (h) => unit(sampleDeviation(`${h}.${count}`, `${h}.${sum}`, `${h}.${squares}`)),
  };
}

const countOf = (group: HistoryGroup, { v }: RowColumn): string =>
  need(group.totals, { name: `n_${v}`, tile: `count(${v})` });

const lastOf = (group: HistoryGroup, { v }: RowColumn): string =>
  need(group.lasts, { name: `l_${v}`, value: v, present: `${v} IS NOT NULL` });

function planTimeSince(group: HistoryGroup, feature: HistoryFeature, rows: Rows): HistoryColumn {
  const present = feature.column === null ? 'TRUE' : `${rows.column(feature.column).v} IS NOT NULL`;
  const name = feature.column === null ? 'l_event' : `l_${rows.column(feature.column).v}`;
  const value = feature.column === null ? 't' : rows.column(feature.column).v;
  const time = windowed(`${need(group.lasts, { name, value, present })}_t`, feature.windowDays);
  return {
    feature,
    value: (h, day) => `CAST(${day} * ${dayMicros} - ${h}.${time} AS DOUBLE) / ${doubleLiteral(dayMicros)}`,
  };
}

function rateTotal(
  group: HistoryGroup,
  feature: HistoryFeature,
  column: RowColumn,
  recipe: Recipe,
  field: string,
): Total {
  const { equals } = feature;
  if (equals === undefined) throw invalid(`${field}.equals`, 'A rate needs the value whose share it is.');
  if (equals === 'label') {
    if (feature.of !== undefined)
      throw invalid(`${field}.equals`, `Rows have a label, the events of "${feature.of}" have none.`);
    if (recipe.label.kind === 'future')
      throw invalid(`${field}.equals`, 'What comes after a row has no rate: count the events themselves.');
    if (recipe.task !== 'binary') throw invalid(`${field}.equals`, 'Only a yes-or-no label has a rate.');
    if (column.name !== recipe.label.column)
      throw invalid(`${field}.column`, `The rate of the label is taken of column "${recipe.label.column}".`);
    return rate(group, 'label = 1');
  }
  const holds = equalsSql(column.v, column.type, equals.value, `${field}.equals.value`);
  return rate(group, holds);
}

function rate(group: HistoryGroup, holds: string): Total {
  const tile = `sum(CASE WHEN ${holds} THEN 1 ELSE 0 END)`;
  return group.totals.find((total) => total.tile === tile) ?? { name: `r_${group.totals.length}`, tile };
}

export const exactSum = (x: string) => `sum(CAST(${x} AS DECIMAL(38,0)))`;
const exactSquares = (x: string) => `sum(CAST(${x} AS DECIMAL(38,0)) * CAST(${x} AS DECIMAL(38,0)))`;

const ratio = (a: string, b: string) => `CAST(${a} AS DOUBLE) / nullif(CAST(${b} AS DOUBLE), 0)`;

/** A fixed-point total in the column's own unit. */
export function unscaled(value: string, digits: number): string {
  if (digits === 0) return value;
  return digits > 0
    ? `(${value}) / ${doubleLiteral(10 ** digits)}`
    : `(${value}) * ${doubleLiteral(10 ** -digits)}`;
}

/** NULL below two values; rounding never makes the square root's argument negative. */
function sampleDeviation(count: string, sum: string, squares: string): string {
  const [n, s, q] = [count, sum, squares].map((total) => `CAST(${total} AS DOUBLE)`);
  const variance = `(${q} - ${s} * ${s} / nullif(${n}, 0)) / nullif(${n} - 1, 0)`;
  return `CASE WHEN ${n} >= 2 THEN sqrt(greatest(${variance}, ${doubleLiteral(0)})) END`;
}
