import type { ColumnType, Scalar } from '@foretell/core/contracts/primitives';

export interface SampleRecord {
  publicUrl: string;
  dataset: string;
  /** The row's time, ISO 8601: of now, so that a row sent as it stands does not lie before everything else. */
  at: string;
  cells: Record<string, Scalar>;
}

/** Columns that a record names by itself. */
const ownColumns = new Set(['record_id', 'timestamp']);

/**
 * Plausible cells for a sample record: those of `row` where it has them, else made up by the column's type. A column whose
 * type no row has told yet is a number if it is among `measured`, else text.
 */
export function sampleCells({
  columns,
  types,
  measured,
  row,
  at,
}: {
  columns: readonly string[];
  types: ReadonlyMap<string, ColumnType>;
  measured: ReadonlySet<string>;
  row: Record<string, Scalar> | undefined;
  at: string;
}): SampleRecord['cells'] {
  return Object.fromEntries(
    columns
      .filter((name) => !ownColumns.has(name))
      .map((name) => {
        const type = types.get(name) ?? (measured.has(name) ? 'double' : 'string');
        const isTime = type === 'timestamp' || type === 'date';
        return [name, (isTime ? null : row?.[name]) ?? madeUp(name, type, at)];
      }),
  );
}

function madeUp(name: string, type: ColumnType, at: string): Scalar {
  switch (type) {
    case 'integer':
      return 1;
    case 'double':
      return 12.5;
    case 'boolean':
      return true;
    case 'timestamp':
      return at;
    case 'date':
      return at.slice(0, 10);
    case 'string':
      return `${name}-1`;
  }
}

/** A pasteable request that sends one row to a streamed dataset. */
export function sendRecordsSnippet({ publicUrl, dataset, at, cells }: SampleRecord): string {
  const record = { record_id: 'event-1', timestamp: at, ...cells };
  return [
    `curl ${publicUrl}/v1/datasets/${dataset}/records \\`,
    `  -H "x-api-key: $FORETELL_KEY" -H "content-type: application/json" \\`,
    `  -d '${JSON.stringify({ records: [record] }).replaceAll("'", String.raw`'\''`)}'`,
  ].join('\n');
}
