export type CsvCell = string | number | Date | null;

/** UTC, as TIMEFORMAT 'auto' reads it. */
const timestamp = (date: Date) => date.toISOString().replace('T', ' ').replace('Z', '');

function cell(value: CsvCell): string {
  if (value === null) return '';
  if (value instanceof Date) return timestamp(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  // No warehouse stores a NUL; it must not fail the rows beside it.
  return `"${value.replaceAll('\0', '\uFFFD').replaceAll('"', '""')}"`;
}

/** RFC 4180 without a header. Strings are always quoted, so that an empty cell is a missing value and nothing else. */
export function toCsv(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
}
