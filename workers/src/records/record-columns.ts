import type { FeatureSetSchema } from '@foretell/core/contracts/feature-set';
import type { AcceptedRecord } from '@foretell/core/contracts/messages';
import type { ColumnType, Scalar } from '@foretell/core/contracts/primitives';

export type Column = FeatureSetSchema['columns'][number];

/** Every file of records has these two: the record's id, and when its event happened. */
export const recordIdColumn = 'record_id';
export const timestampColumn = 'timestamp';

const datePattern = /^\d{4}-\d{2}-\d{2}$/;
const timestampPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

function typeOfText(text: string): ColumnType {
  if (datePattern.test(text) && !Number.isNaN(Date.parse(text))) return 'date';
  if (timestampPattern.test(text) && !Number.isNaN(Date.parse(text))) return 'timestamp';
  return 'string';
}

function typeOf(value: NonNullable<Scalar>): ColumnType {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return typeOfText(value);
  return Number.isSafeInteger(value) ? 'integer' : 'double';
}

/** The type that holds both: numbers widen to double, a date is a time too; else everything is a text. */
function widest(a: ColumnType, b: ColumnType): ColumnType {
  if (a === b) return a;
  const both = new Set([a, b]);
  if (both.has('integer') && both.has('double')) return 'double';
  if (both.has('date') && both.has('timestamp')) return 'timestamp';
  return 'string';
}

/** The columns of some records, each of the type that holds all its values; one that is always null is left out. */
function columnsOf(records: readonly AcceptedRecord[]): Map<string, ColumnType> {
  const types = new Map<string, ColumnType>();
  for (const { values } of records)
    for (const [name, value] of Object.entries(values)) {
      if (value === null || name === recordIdColumn) continue;
      const known = types.get(name);
      types.set(name, known ? widest(known, typeOf(value)) : typeOf(value));
    }
  return types;
}

/**
 * The columns that the records are written with. A column known to the dataset keeps its type as long as that holds the
 * values: only records accepted before their dataset's columns were published can differ.
 */
export function fileColumns(records: readonly AcceptedRecord[], known: readonly Column[] | null): Column[] {
  const found = columnsOf(records);
  const knownTypes = new Map((known ?? []).map(({ name, type }) => [name, type]));
  return [...found].map(([name, type]) => {
    const wanted = knownTypes.get(name);
    const keeps = wanted !== undefined && (wanted === 'string' || widest(wanted, type) === wanted);
    return { name, type: keeps ? wanted : type };
  });
}

/** The columns of a dataset after its first records: their time first, then what they hold. */
export function firstSchema(columns: readonly Column[], timeColumn: string): FeatureSetSchema {
  const others = columns.filter(({ name }) => name !== timeColumn);
  return { columns: [{ name: timeColumn, type: 'timestamp' }, ...others] };
}
