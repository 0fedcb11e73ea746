import {
  DuckDBDateValue,
  DuckDBTimestampValue,
  type DuckDBAppender,
  type DuckDBConnection,
} from '@duckdb/node-api';
import type { FeatureSetSchema, FeatureSetSummary } from '@foretell/core/contracts/feature-set';
import { copyToParquet } from '../src/duckdb.ts';

/** One row of the generated data: a column of every type. Times are microseconds and days since 1970. */
export interface Event {
  id: number;
  who: string | null;
  at: bigint | null;
  amount: number | null;
  whole: bigint | null;
  small: number | null;
  flag: boolean | null;
  kind: string | null;
  born: number | null;
  seen: bigint | null;
}
export type EventColumn = keyof Event;

export const eventTypes = {
  id: 'integer',
  who: 'string',
  at: 'timestamp',
  amount: 'double',
  whole: 'integer',
  small: 'integer',
  flag: 'boolean',
  kind: 'string',
  born: 'date',
  seen: 'timestamp',
} as const satisfies Record<EventColumn, string>;

export const eventColumns = Object.keys(eventTypes) as EventColumn[];

/** The column's name in the file: names that need quoting are part of what is tested. */
export const fileNames: Record<EventColumn, string> = {
  id: 'id',
  who: 'who "is"',
  at: 'at',
  amount: 'amount, €',
  whole: 'select',
  small: 'a.small',
  flag: 'flag`s',
  kind: 'kind of thing',
  born: 'born\\on',
  seen: 'seen',
};

/** The column that a recipe calls so. */
export const columnCalled = (name: string): EventColumn => {
  const column = eventColumns.find((candidate) => fileNames[candidate] === name);
  if (!column) throw new Error(`the oracle knows no column ${name}`);
  return column;
};

export async function writeEvents(
  connection: DuckDBConnection,
  events: readonly Event[],
  path: string,
): Promise<void> {
  const sqlTypes = {
    integer: 'BIGINT',
    string: 'VARCHAR',
    timestamp: 'TIMESTAMP',
    double: 'DOUBLE',
    boolean: 'BOOLEAN',
    date: 'DATE',
  };
  const columns = eventColumns.map((column) => `${quoted(column)} ${sqlTypes[eventTypes[column]]}`);
  await connection.run(`CREATE OR REPLACE TABLE events (${columns.join(', ')})`);
  const appender = await connection.createAppender('events');
  for (const event of events) {
    for (const column of eventColumns) append(appender, column, event);
    appender.endRow();
  }
  appender.closeSync();
  await copyToParquet(connection, 'SELECT * FROM events', path);
}

function append(appender: DuckDBAppender, column: EventColumn, event: Event): void {
  const value = event[column];
  const type = eventTypes[column];
  if (value === null) appender.appendNull();
  else if (typeof value === 'string') appender.appendVarchar(value);
  else if (typeof value === 'boolean') appender.appendBoolean(value);
  else if (type === 'timestamp') appender.appendTimestamp(new DuckDBTimestampValue(BigInt(value)));
  else if (type === 'date') appender.appendDate(new DuckDBDateValue(Number(value)));
  else if (type === 'integer') appender.appendBigInt(BigInt(value));
  else appender.appendDouble(Number(value));
}

const quoted = (column: EventColumn) => `"${fileNames[column].replaceAll('"', '""')}"`;

export const eventSchema: FeatureSetSchema = {
  columns: eventColumns.map((column) => ({ name: fileNames[column], type: eventTypes[column] })),
};

/** The figures of a summary that the compiler reads; the rest is not of its concern. */
export function summaryOf(events: readonly Event[]): FeatureSetSummary {
  return {
    rows: events.length,
    computedAt: '2026-01-01T00:00:00Z',
    columns: eventColumns.map((column) => {
      const values = events.map((event) => event[column]).filter((value) => value !== null);
      const numbers = values.map(Number).filter(Number.isFinite);
      const measured = ['integer', 'double'].includes(eventTypes[column]) && numbers.length > 0;
      return {
        name: fileNames[column],
        type: eventTypes[column],
        nulls: events.length - values.length,
        nullShare: 0,
        distinct: new Set(values).size,
        min: measured ? Math.min(...numbers) : null,
        max: measured ? Math.max(...numbers) : null,
        mean: null,
        std: null,
        quantiles: [],
        histogram: [],
        topValues: [],
      };
    }),
  };
}

/** As they are read: numbers that are none count as nothing, and there is one zero. */
export const readable = (written: readonly Event[]): Event[] =>
  written.map((event) => ({ ...event, amount: finite(event.amount) }));

const finite = (value: number | null) => (value !== null && Number.isFinite(value) ? value + 0 : null);
