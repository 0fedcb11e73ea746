import type { ColumnType } from '@foretell/core/contracts/primitives';
import { doubleLiteral, type Dialect } from './dialect.ts';
import { columnOf, rawView, type Source } from './source.ts';

/** The source as SQL: a relation, and what its columns are called there. */
export interface SourceCells {
  from: string;
  /** The column called `name`; `field` of the recipe asks for it. */
  cell(name: string, field: string): string;
}

/**
 * The i-th column is c<i>: no name that a user chose reaches SQL, since the engines quote names differently. Doubles are
 * finite or NULL, and there is no negative zero: the engines order and round those differently.
 */
export function sourceCells(source: Source, dialect: Dialect, view = rawView): SourceCells {
  const names = [...source.columns.keys()];
  const columns = [...source.columns.values()].map(
    ({ type }, index) => `${cellOf(type, `c${index}`)} AS c${index}`,
  );
  const positions = names.map((_, index) => `c${index}`).join(', ');
  return {
    from: `(SELECT ${columns.join(', ')} FROM ${dialect.scan(source.paths, view)} AS raw(${positions})) source`,
    cell(name, field) {
      columnOf(source, name, field);
      return `c${names.indexOf(name)}`;
    },
  };
}

const cellOf = (type: ColumnType, cell: string): string =>
  type === 'double'
    ? `CASE WHEN abs(${cell}) <= ${doubleLiteral(Number.MAX_VALUE)} THEN ${cell} + ${doubleLiteral(0)} END`
    : cell;
