/**
 * The one SQL that Spark 3.5 (ANSI, double-quoted identifiers, UTC session) and DuckDB answer alike. Where they cannot be
 * spelled alike there are three hooks, and no more.
 */
export interface Dialect {
  readonly name: 'duckdb' | 'spark';
  /** A table of the Parquet files, which are called `view` where files must have a name first. */
  scan(paths: readonly string[], view: string): string;
  /** A timestamp or date as BIGINT microseconds since 1970, UTC. */
  epochMicros(expression: string): string;
  /** Window function, to be followed by OVER: the last value in the frame that is not NULL. */
  lastIgnoreNulls(expression: string): string;
}

/** DuckDB's table of Parquet files, read in the order given. */
export function readParquet(paths: readonly string[]): string {
  return `read_parquet([${paths.map(stringLiteral).join(', ')}])`;
}

export const duckDbDialect: Dialect = {
  name: 'duckdb',
  scan: readParquet,
  epochMicros: (expression) => `epoch_us(CAST(${expression} AS TIMESTAMP))`,
  lastIgnoreNulls: (expression) => `last_value(${expression} IGNORE NULLS)`,
};

export const sparkDialect: Dialect = {
  name: 'spark',
  /** The runner registers the files as temporary views first: analysis of a path is slow. */
  scan: (_, view) => view,
  epochMicros: (expression) => `unix_micros(CAST(${expression} AS TIMESTAMP))`,
  lastIgnoreNulls: (expression) => `last_value(${expression}) IGNORE NULLS`,
};

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What an engine reads as more than itself within quotes: quotes, backslashes, Spark's ${variables}, and the NUL that ends C's texts. */
const special = /(['\\\0]|\$(?=\{))/;

/** Special characters are escaped differently by the engines: they are spelled as chr(). */
export function stringLiteral(value: string): string {
  const parts = value.split(special).filter((part) => part !== '');
  const spelled = parts.map((part) => (special.test(part) ? `chr(${part.charCodeAt(0)})` : `'${part}'`));
  if (spelled.length === 0) return "''";
  return spelled.length === 1 && spelled[0] !== undefined ? spelled[0] : `concat(${spelled.join(', ')})`;
}

/** A number as an exact DOUBLE. */
export function doubleLiteral(value: number): string {
  return `CAST(${stringLiteral(String(value))} AS DOUBLE)`;
}

export const dayMicros = 86_400_000_000;

/** floor(a / b) as BIGINT: exact while |a| < 2^53. */
export const floorDivide = (a: string, b: number): string => `CAST(floor(${a} / ${b}.0) AS BIGINT)`;
