import type { Egress } from '@foretell/core/node/egress';

/** What a column's cells are read as; `string` is also what has no other kind, as its database writes it. */
export type ColumnKind = 'boolean' | 'number' | 'timestamp' | 'date' | 'string';

export interface WarehouseColumn {
  name: string;
  kind: ColumnKind;
}

/** Cells are texts as the database writes them; times are of UTC. */
export interface RowBatch {
  columns: readonly WarehouseColumn[];
  rows: readonly (readonly (string | null)[])[];
}

/** The rows whose `column` is beyond `after` (null: any) and not beyond `upTo`. */
export interface RowRange {
  column: string;
  after: string | null;
  upTo: string;
  /** In the column's order: where rows have a key, the newest of one comes last. */
  inOrder: boolean;
}

/** One transaction at a customer's database, in which nothing can be written. Throws in words for the user. */
export interface WarehouseSession {
  /** What answered, as `PostgreSQL 15.3`. */
  readonly server: string;
  /** The greatest value of a column of the query; null when it has none. */
  greatest(query: string, column: string): Promise<string | null>;
  /** The query's rows as they come, in batches of some megabytes; the first has the columns, though there be no row. */
  rows(query: string, range: RowRange | null): AsyncIterable<RowBatch>;
  close(): Promise<void>;
}

export interface SessionOptions {
  egress: Egress;
  credentials: { username: string; password: string };
  timeoutSeconds: number;
  /** Breaks the connection, whatever it waits for. */
  signal: AbortSignal;
}

/** Rows of a batch are held in memory at once. */
export const batchBytes = 4 * 1024 * 1024;
