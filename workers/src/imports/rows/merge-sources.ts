import type { ColumnType } from '@foretell/core/contracts/primitives';
import { identifier, stringLiteral } from '@foretell/spark-jobs/dialect';
import type { CellKind } from './cell.ts';
import { rowNumber } from './part-files.ts';
import type { StagedPart, Variant } from './row-stager.ts';
import { kindOf, type Column } from './settle-columns.ts';

/** A file of the feature set that rows come to: typed already, and read before them. */
export interface EarlierFile {
  path: string;
  rows: number;
  bytes: number;
}

/** A file as a merge reads it. */
export interface Source {
  index: number;
  rows: number;
  bytes: number;
  from: string;
  /** One expression a settled column, in their order. */
  cells: string[];
  /** The expression that names a row; null when rows have no names. */
  id: string | null;
  /** The expression that numbers a row within the file. */
  number: string;
  variants: readonly Variant[];
}

/** Which file it is, and what names its rows, the merge says. */
type Unplaced = Omit<Source, 'index' | 'id'>;

const sqlTypes: Record<ColumnType, string> = {
  boolean: 'BOOLEAN',
  integer: 'BIGINT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
};

function cellSql(cell: string | null, type: ColumnType): string {
  const present = cell !== null && type === 'string' ? `nullif(${cell}, '')` : (cell ?? 'NULL');
  return `CAST(${present} AS ${sqlTypes[type]})`;
}

export function earlierSource(
  file: EarlierFile,
  had: readonly Column[],
  columns: readonly Column[],
): Unplaced {
  const known = new Set(had.map(({ name }) => name));
  return {
    rows: file.rows,
    bytes: file.bytes,
    from: `read_parquet(${stringLiteral(file.path)}, file_row_number = true)`,
    cells: columns.map(({ name, type }) => cellSql(known.has(name) ? identifier(name) : null, type)),
    number: 'file_row_number',
    variants: [],
  };
}

export function partSource(part: StagedPart, columns: readonly Column[]): Unplaced {
  const places = new Map(part.variants.map(({ column, kind, place }) => [`${kind} ${column}`, place]));
  const placeOf = (name: string, kind: CellKind) => places.get(`${kind} ${name}`) ?? null;
  return {
    rows: part.rows,
    bytes: part.bytes,
    from: `read_parquet(${stringLiteral(part.path)})`,
    cells: columns.map(({ name, type }) => cellSql(placeOf(name, kindOf[type]), type)),
    number: rowNumber,
    variants: part.variants,
  };
}

/** Rows of a source that are not repeated, the given expressions of them. */
export function selectNew(source: Source, cells: readonly string[], repeats: number): string {
  const select = `SELECT ${cells.join(', ')} FROM ${source.from}`;
  if (repeats === 0) return select;
  return `${select} WHERE ${source.number} NOT IN (SELECT row FROM repeated WHERE source = ${source.index})`;
}
