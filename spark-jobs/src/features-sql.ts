import type { Feature, Recipe } from '@foretell/core/contracts/recipe';
import { calendarSql } from './calendar-sql.ts';
import type { HistoryGroup } from './history-group.ts';
import { asDouble, asText, type Rows } from './rows-sql.ts';

/** The output column of the recipe's i-th feature: names chosen by users may differ in case alone, Parquet's may not. */
export const featureColumn = (index: number): string => `f${index}`;

export const isCategory = (feature: Feature): boolean =>
  feature.kind !== 'calendar' && feature.type === 'category';

/** Each feature as an expression over a row `r` and the history views joined to it: a DOUBLE, or a string for a category. */
export function featureExpressions(recipe: Recipe, rows: Rows, groups: readonly HistoryGroup[]): string[] {
  return recipe.features.map((feature, index) => {
    switch (feature.kind) {
      case 'calendar':
        return `CAST(${calendarSql(feature.part, 'r.t', 'r.ts')} AS DOUBLE)`;
      case 'column': {
        const { v, type } = rows.column(feature.column);
        const field = `features.${index}.type`;
        return feature.type === 'category' ? asText(`r.${v}`, type, field) : asDouble(`r.${v}`, type, field);
      }
      case 'history': {
        const { group, column } = historyColumn(groups, feature);
        return column.value(`${group.prefix}_history`, 'r.d');
      }
    }
  });
}

export function historyColumn(groups: readonly HistoryGroup[], feature: Feature) {
  for (const group of groups) {
    const column = group.features.find((planned) => planned.feature === feature);
    if (column) return { group, column };
  }
  throw new Error(`the history was planned without feature ${feature.name}`);
}

export const historyJoins = (groups: readonly HistoryGroup[], row: string): string =>
  groups
    .map(({ prefix }) => {
      const history = `${prefix}_history`;
      return ` LEFT JOIN ${history} ON ${row}.e = ${history}.e AND ${row}.d = ${history}.d`;
    })
    .join('');
