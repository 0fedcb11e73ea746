import type { FeatureSetSummary, FeatureSetSchema } from '@foretell/core/contracts/feature-set';
import type { ColumnType } from '@foretell/core/contracts/primitives';
import { DomainError } from '@foretell/core/domain/errors';

/** The feature set a job reads, and what is known of its columns. */
export interface Source {
  paths: readonly string[];
  rows: number;
  columns: ReadonlyMap<string, SourceColumn>;
  /** The feature sets of the recipe's `events`, in their order. */
  events?: readonly Source[];
}

/** The view that Spark's runner makes of a source's files. */
export const rawView = 'raw';
export const rawEventsView = (index: number): string => `raw_events${index}`;

export interface SourceColumn {
  type: ColumnType;
  nulls: number;
  /** Decimal digits kept after the point in exact sums: see `fixedPointDigits`. */
  digits: number;
}

export function sourceOf(
  paths: readonly string[],
  schema: FeatureSetSchema,
  summary: FeatureSetSummary,
): Source {
  const summaries = new Map(summary.columns.map((column) => [column.name, column]));
  const columns = schema.columns.map(({ name, type }): [string, SourceColumn] => {
    const known = summaries.get(name);
    const digits = fixedPointDigits(type, known?.min ?? 0, known?.max ?? 0);
    return [name, { type, nulls: known?.nulls ?? 0, digits }];
  });
  return { paths, rows: summary.rows, columns: new Map(columns) };
}

const keptDigits = 12;

/**
 * Sums run on whole numbers, where order does not matter and both engines agree. A column is scaled so that its largest
 * value keeps 12 digits: x = floor(v · 10^digits + 1/2). Whole numbers below 10^12 stay exact (0 digits).
 */
export function fixedPointDigits(type: ColumnType, min: unknown, max: unknown): number {
  if (type === 'boolean') return 0;
  const largest = Math.max(Math.abs(Number(min)), Math.abs(Number(max)));
  if (!Number.isFinite(largest) || largest === 0) return type === 'double' ? 6 : 0;
  const room = keptDigits - Math.ceil(Math.log10(largest));
  return Math.max(-290, Math.min(type === 'double' ? 15 : 0, room));
}

export function columnOf(source: Source, name: string, field: string): SourceColumn {
  const column = source.columns.get(name);
  if (column) return column;
  const detail = `There is no column "${name}" in the feature set.`;
  throw new DomainError('invalid', detail, { problems: [{ field, code: 'unknown_column', detail }] });
}

export const isNumeric = (type: ColumnType): boolean =>
  type === 'integer' || type === 'double' || type === 'boolean';
