import type { ColumnType } from '@foretell/core/contracts/primitives';

/** A cell as JSON takes it: times are ISO 8601 in UTC, whole numbers beyond 2^53 are rounded to a double. */
export function asScalar(cell: string, type: ColumnType): string {
  if (type === 'timestamp') return `strftime(${cell}, '%Y-%m-%dT%H:%M:%S.%gZ')`;
  if (type === 'date') return `strftime(${cell}, '%Y-%m-%d')`;
  return type === 'integer' ? `CAST(${cell} AS DOUBLE)` : cell;
}

export const isTime = (type: ColumnType): boolean => type === 'timestamp' || type === 'date';

/** A number's or a time's place on the axis of a histogram: the number, or epoch milliseconds. */
export function onAxis(cell: string, type: ColumnType): string {
  return `CAST(${isTime(type) ? `epoch_ms(CAST(${cell} AS TIMESTAMP))` : cell} AS DOUBLE)`;
}
