import type { Socket } from 'node:net';
import type { DatabaseSettings } from '@foretell/core/contracts/sources';
import { Client, type FieldDef, type QueryResult } from 'pg';
import Cursor from 'pg-cursor';
import { guardConnection } from './guard-connection.ts';
import { rowsSql, within } from './rows-sql.ts';
import {
  batchBytes,
  type ColumnKind,
  type RowBatch,
  type SessionOptions,
  type WarehouseSession,
} from './warehouse-session.ts';
import {
  badCredentials,
  checkColumns,
  explain,
  invalidQuery,
  notReadable,
  said,
  timedOut,
  warehouseProblem,
  type KnownProblem,
} from './warehouse-problem.ts';

type TextRow = (string | null)[];

/** By the type's OID, which is fixed for those of the server itself; all others are texts. */
const kinds: Record<number, ColumnKind> = {
  16: 'boolean',
  20: 'number',
  21: 'number',
  23: 'number',
  26: 'number',
  700: 'number',
  701: 'number',
  1700: 'number',
  1082: 'date',
  1114: 'timestamp',
  1184: 'timestamp',
};
const bytea = 17;

/** SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const problems: KnownProblem[] = [
  { codes: ['28P01', '28000'], ...badCredentials },
  {
    codes: ['3D000'],
    field: 'settings.database',
    code: 'unknown_database',
    detail: (words) => `There is no such database: ${words}`,
  },
  { codes: ['57014'], ...timedOut },
  { codes: ['42501'], ...notReadable },
  {
    codes: ['25006'],
    field: 'query',
    code: 'not_read_only',
    detail: (words) => `The query would write, and only reading is allowed: ${words}`,
  },
  { codes: ['22', '42', '0A', '21'], ...invalidQuery },
];
const connectTimeoutMs = 15_000;
/** A server that does not hang up by then is left. */
const goodbyeMs = 2000;

const asText = { getTypeParser: () => (value: string) => value } as unknown as NonNullable<
  ConstructorParameters<typeof Client>[0] & object
>['types'];
const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

function inWords(error: unknown): unknown {
  const code = said(error, 'code');
  return explain(error, [code, code.slice(0, 2)], problems);
}

/** pg connects the stream that it is given: this one is connected already. */
function connected(socket: Socket): Socket {
  return Object.assign(socket, {
    connect() {
      process.nextTick(() => socket.emit('connect'));
      return socket;
    },
  });
}

export async function openPostgresql(
  settings: DatabaseSettings,
  { egress, credentials, timeoutSeconds, signal }: SessionOptions,
): Promise<WarehouseSession> {
  const port = settings.port ?? 5432;
  const socket = await egress.connect(settings.host, port, signal);
  const client = new Client({
    host: settings.host,
    port,
    database: settings.database,
    user: credentials.username,
    password: credentials.password,
    ssl: settings.tls === 'required' && { ca: settings.certificateAuthority, rejectUnauthorized: true },
    stream: () => connected(socket),
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'foretell',
    types: asText,
  });
  // What breaks the connection fails the statement that waits for it, too.
  client.on('error', () => undefined);
  const { attempt, leave } = guardConnection(socket, { timeoutSeconds, signal }, inWords);
  async function close(): Promise<void> {
    leave();
    // Said or not, the transaction ends with the connection.
    const patience = setTimeout(() => socket.destroy(), goodbyeMs);
    await client.end().catch(() => undefined);
    clearTimeout(patience);
    socket.destroy();
  }
  async function oneCell(sql: string): Promise<string | null> {
    const { rows } = await client.query<TextRow>({ text: sql, rowMode: 'array' });
    return rows[0]?.[0] ?? null;
  }

  try {
    const server = await attempt(async () => {
      await client.connect();
      await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const local = {
        statement_timeout: String(timeoutSeconds * 1000),
        TimeZone: 'UTC',
        DateStyle: 'ISO',
        standard_conforming_strings: 'on',
      };
      for (const [name, value] of Object.entries(local)) await client.query(`SET LOCAL ${name} = '${value}'`);
      return `PostgreSQL ${(await oneCell('SHOW server_version')) ?? ''}`;
    });
    return {
      server,
      greatest: (query, column) =>
        attempt(() => oneCell(`SELECT max(${identifier(column)}) FROM ${within(query)}`)),
      rows(query, range) {
        const sql = rowsSql(query, range, { identifier, literal });
        const config = { rowMode: 'array', types: asText } as Cursor.CursorQueryConfig;
        return batches(client.query(new Cursor<TextRow>(sql, [], config)), attempt);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function* batches(
  cursor: Cursor<TextRow>,
  attempt: <T>(work: () => Promise<T>) => Promise<T>,
): AsyncGenerator<RowBatch> {
  let columns: RowBatch['columns'] | undefined;
  let size = 50;
  for (;;) {
    const { rows, fields } = await attempt(() => read(cursor, size));
    const isFirst = columns === undefined;
    columns ??= columnsOf(fields);
    if (isFirst || rows.length > 0) yield { columns, rows };
    if (rows.length < size) return;
    const bytes = rows.reduce((sum, row) => sum + row.reduce((all, cell) => all + (cell?.length ?? 0), 8), 0);
    size = Math.max(1, Math.min(5000, Math.floor((batchBytes * rows.length) / bytes)));
  }
}

function read(cursor: Cursor<TextRow>, size: number): Promise<{ rows: TextRow[]; fields: FieldDef[] }> {
  return new Promise((resolve, reject) => {
    cursor.read(size, (error: Error | undefined, rows: TextRow[], result?: QueryResult) => {
      if (error) reject(error);
      else resolve({ rows, fields: result?.fields ?? [] });
    });
  });
}

function columnsOf(fields: readonly FieldDef[]): RowBatch['columns'] {
  if (fields.length === 0)
    throw warehouseProblem('query', 'no_columns', 'The query answers no columns: a SELECT is expected.');
  checkColumns(
    fields.map(({ name, dataTypeID }) => ({ name, unsupported: dataTypeID === bytea ? 'bytea' : null })),
  );
  return fields.map(({ name, dataTypeID }) => ({ name, kind: kinds[dataTypeID] ?? 'string' }));
}
