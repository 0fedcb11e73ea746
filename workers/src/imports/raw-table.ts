/** A file as DuckDB reads it, before its columns have our types. */
export interface RawTable {
  /** A table or view in DuckDB. */
  from: string;
  columns: RawColumn[];
}

export interface RawColumn {
  name: string;
  /** An expression over `from`. */
  cell: string;
  /** `text` of a CSV may be anything; `string` is text in its source, so it can only hide a time; else DuckDB's own type. */
  type: 'text' | 'string' | (string & {});
}
