import type { FeatureSetSchema, Misfit } from '@foretell/core/contracts/feature-set';
import type { ColumnType } from '@foretell/core/contracts/primitives';
import type { CellKind } from './cell.ts';
import type { Variant } from './row-stager.ts';

export type Column = FeatureSetSchema['columns'][number];

export interface SettledColumns {
  columns: Column[];
  /** Those that the dataset had not before. */
  added: string[];
  /** Whole numbers before, now also others. */
  widened: string[];
  misfits: Misfit[];
}

/** As many as the platform's engines read well. */
const maxColumns = 2_000;
const maxNameLength = 255;

export const kindOf: Record<ColumnType, CellKind> = {
  boolean: 'boolean',
  integer: 'number',
  double: 'number',
  string: 'string',
  timestamp: 'timestamp',
  date: 'date',
};

interface Total {
  values: number;
  whole: boolean;
}

/**
 * The columns of a dataset once rows have come to those it has. A column keeps the type it has; a new one is of the kind
 * that most of its values are. What does not fit is a misfit: its rows are kept, without the value.
 */
export function settleColumns(
  known: readonly Column[],
  parts: readonly { variants: readonly Variant[] }[],
): SettledColumns {
  const found = totals(parts);
  const settled: SettledColumns = { columns: [], added: [], widened: [], misfits: [] };
  const taken = new Set<string>();
  for (const column of known) {
    taken.add(column.name.toLowerCase());
    const total = found.get(column.name)?.get(kindOf[column.type]);
    const widens = column.type === 'integer' && total?.whole === false;
    if (widens) settled.widened.push(column.name);
    settled.columns.push(widens ? { ...column, type: 'double' } : column);
  }
  const isKnown = new Set(known.map(({ name }) => name));
  for (const [name, kinds] of found) {
    if (isKnown.has(name)) continue;
    const reason = refusal(name, taken, settled.columns.length);
    if (reason) settled.misfits.push(...misfitsOf(name, kinds, reason, null));
    else {
      taken.add(name.toLowerCase());
      settled.columns.push({ name, type: commonest(kinds) });
      settled.added.push(name);
    }
  }
  for (const { name, type } of settled.columns) {
    const others = new Map(found.get(name));
    others.delete(kindOf[type]);
    settled.misfits.push(...misfitsOf(name, others, 'changed_type', type));
  }
  return settled;
}

function totals(parts: readonly { variants: readonly Variant[] }[]): Map<string, Map<CellKind, Total>> {
  const found = new Map<string, Map<CellKind, Total>>();
  for (const { variants } of parts)
    for (const { column, kind, values, whole } of variants) {
      const kinds = found.get(column) ?? new Map<CellKind, Total>();
      found.set(column, kinds);
      const total = kinds.get(kind) ?? { values: 0, whole: true };
      kinds.set(kind, { values: total.values + values, whole: total.whole && whole });
    }
  return found;
}

function refusal(name: string, taken: ReadonlySet<string>, columns: number): Misfit['reason'] | null {
  if (name === '' || name.length > maxNameLength) return 'long_name';
  if (taken.has(name.toLowerCase())) return 'differs_by_case';
  return columns >= maxColumns ? 'too_many_columns' : null;
}

function commonest(kinds: ReadonlyMap<CellKind, Total>): ColumnType {
  const [first, ...others] = [...kinds];
  if (!first) throw new Error('a column without a value has no type');
  const [kind, { whole }] = others.reduce(
    (most, one) => (one[1].values > most[1].values ? one : most),
    first,
  );
  return kind === 'number' ? (whole ? 'integer' : 'double') : kind;
}

function misfitsOf(
  column: string,
  kinds: ReadonlyMap<CellKind, Total>,
  reason: Misfit['reason'],
  expected: ColumnType | null,
): Misfit[] {
  return [...kinds].map(([kind, { values }]) => ({ column, kind, reason, expected, values }));
}
