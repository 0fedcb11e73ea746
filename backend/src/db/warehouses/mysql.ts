import type { Socket } from 'node:net';
import type { DatabaseSettings } from '@foretell/core/contracts/sources';
import { createConnection, type FieldPacket, type TypeCast } from 'mysql2';
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
  type KnownProblem,
} from './warehouse-problem.ts';

type TextRow = (string | null)[];
/** Of mysql2: what its types leave out of a connection. */
type Connection = ReturnType<typeof createConnection>;

/** By the protocol's type codes; all others are texts. */
const kinds: Record<number, ColumnKind> = {
  0: 'number',
  1: 'number',
  2: 'number',
  3: 'number',
  4: 'number',
  5: 'number',
  7: 'timestamp',
  8: 'number',
  9: 'number',
  10: 'date',
  12: 'timestamp',
  13: 'number',
  14: 'date',
  16: 'number',
  246: 'number',
};
const bit = 16;
const geometry = 255;
const vector = 242;
const blobs: readonly number[] = [249, 250, 251, 252];
const strings: readonly number[] = [15, 253, 254];
/** The character set of bytes that are no text. */
const binary = 63;

const connectTimeoutMs = 15_000;
/** A worker that is busy with what it has read must not lose its connection. */
const writeTimeoutSeconds = 600;

const problems: KnownProblem[] = [
  { codes: ['ER_ACCESS_DENIED_ERROR', 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR'], ...badCredentials },
  {
    codes: ['ER_BAD_DB_ERROR', 'ER_DBACCESS_DENIED_ERROR'],
    field: 'settings.database',
    code: 'unknown_database',
    detail: (words) => `The database does not exist, or its user may not see it: ${words}`,
  },
  { codes: ['ER_QUERY_TIMEOUT', 'ER_STATEMENT_TIMEOUT', '3024', '1969'], ...timedOut },
  { codes: ['ER_TABLEACCESS_DENIED_ERROR', 'ER_COLUMNACCESS_DENIED_ERROR'], ...notReadable },
  {
    codes: ['ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION'],
    field: 'query',
    code: 'not_read_only',
    detail: (words) => `The query would write, and only reading is allowed: ${words}`,
  },
  { codes: ['sql 42', 'sql 22', 'sql 21'], ...invalidQuery },
];

/** Each cell as the server writes it; a BIT comes as bytes. */
const asText: TypeCast = (field) => {
  if (field.type === 'JSON') return field.string('utf8');
  if (field.type !== 'BIT') return field.string();
  const bytes = field.buffer();
  return bytes === null ? null : BigInt(`0x${bytes.toString('hex')}`).toString();
};
const identifier = (name: string) => `\`${name.replaceAll('`', '``')}\``;
/** By its bytes: no mode of the server reads it otherwise. As a literal it takes the column's collation. */
const textLiteral = (text: string) => `_utf8mb4 X'${Buffer.from(text).toString('hex')}'`;

function inWords(error: unknown): unknown {
  return explain(
    error,
    [said(error, 'code'), said(error, 'errno'), `sql ${said(error, 'sqlState').slice(0, 2)}`],
    problems,
  );
}

export async function openMysql(
  settings: DatabaseSettings,
  { egress, credentials, timeoutSeconds, signal }: SessionOptions,
): Promise<WarehouseSession> {
  const port = settings.port ?? 3306;
  const socket = await egress.connect(settings.host, port, signal);
  const { certificateAuthority: ca } = settings;
  const connection = createConnection({
    host: settings.host,
    port,
    database: settings.database,
    user: credentials.username,
    password: credentials.password,
    ...(settings.tls === 'required'
      ? { ssl: { rejectUnauthorized: true, verifyIdentity: true, ...(ca === undefined ? {} : { ca }) } }
      : {}),
    stream: socket,
    connectTimeout: connectTimeoutMs,
    charset: 'utf8mb4',
    // A server may ask its client for files: this one has none to give.
    flags: ['-LOCAL_FILES'],
    rowsAsArray: true,
    typeCast: asText,
  });
  // What breaks the connection fails the statement that waits for it, too.
  connection.on('error', () => undefined);
  const { heard, attempt, leave } = guardConnection(socket, { timeoutSeconds, signal }, inWords);
  function close(): Promise<void> {
    leave();
    connection.destroy();
    socket.destroy();
    return Promise.resolve();
  }

  try {
    const server = await attempt(() => begin(connection, timeoutSeconds));
    /** Numbers are compared as numbers: a text would be compared as an inexact one. */
    let isNumber = false;
    const literal = (text: string) => (isNumber && /^-?\d+(\.\d+)?$/.test(text) ? text : textLiteral(text));
    return {
      server,
      greatest: (query, column) =>
        attempt(async () => {
          const { rows, fields } = await ask(
            connection,
            `SELECT max(${identifier(column)}) FROM ${within(query)}`,
          );
          isNumber = kinds[fields[0]?.columnType ?? -1] === 'number';
          return rows[0]?.[0] ?? null;
        }),
      async *rows(query, range) {
        const sql = rowsSql(query, range, { identifier, literal });
        try {
          heard();
          yield* batches(connection, socket, sql, heard);
        } catch (error) {
          signal.throwIfAborted();
          throw inWords(error);
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function ask(connection: Connection, sql: string): Promise<{ rows: TextRow[]; fields: FieldPacket[] }> {
  return new Promise((resolve, reject) => {
    connection.query<never>(sql, (error, rows: unknown, fields) => {
      if (error) reject(error);
      else resolve({ rows: rows as TextRow[], fields });
    });
  });
}

async function begin(connection: Connection, timeoutSeconds: number): Promise<string> {
  const { rows } = await ask(connection, 'SELECT version()');
  const version = rows[0]?.[0] ?? '';
  const isMariaDb = version.includes('MariaDB');
  for (const sql of [
    isMariaDb
      ? `SET SESSION max_statement_time = ${timeoutSeconds}`
      : `SET SESSION max_execution_time = ${timeoutSeconds * 1000}`,
    `SET SESSION time_zone = '+00:00'`,
    `SET SESSION net_write_timeout = ${writeTimeoutSeconds}`,
    'SET SESSION TRANSACTION READ ONLY',
    'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY',
  ])
    await ask(connection, sql);
  return isMariaDb ? version : `MySQL ${version}`;
}

async function* batches(
  connection: Connection,
  socket: Socket,
  sql: string,
  heard: () => void,
): AsyncGenerator<RowBatch> {
  const query = connection.query(sql);
  let columns: RowBatch['columns'] = [];
  let refused: unknown;
  query.on('fields', (fields: FieldPacket[]) => {
    try {
      columns = columnsOf(fields);
    } catch (error) {
      refused = error;
    }
  });
  const stream = query.stream({ highWaterMark: 100 });
  // Left to itself the stream waits on for a connection that is gone.
  socket.once('close', () => stream.destroy(new Error('the connection was lost')));
  let [rows, bytes, isFirst]: [TextRow[], number, boolean] = [[], 0, true];
  for await (const row of stream as AsyncIterable<TextRow>) {
    if (refused) break;
    heard();
    rows.push(row);
    bytes += row.reduce((sum, cell) => sum + (cell?.length ?? 0), 8);
    if (bytes < batchBytes) continue;
    yield { columns, rows };
    [rows, bytes, isFirst] = [[], 0, false];
  }
  if (refused) throw refused as Error;
  if (isFirst || rows.length > 0) yield { columns, rows };
}

function columnsOf(fields: readonly FieldPacket[]): RowBatch['columns'] {
  checkColumns(fields.map((field) => ({ name: field.name, unsupported: unsupported(field) })));
  return fields.map(({ name, columnType = -1, columnLength }) => ({
    name,
    kind: columnType === bit && columnLength === 1 ? 'boolean' : (kinds[columnType] ?? 'string'),
  }));
}

function unsupported({ columnType = -1, characterSet }: FieldPacket): string | null {
  if (columnType === geometry) return 'geometry';
  if (columnType === vector) return 'vector';
  if (characterSet !== binary) return null;
  if (blobs.includes(columnType)) return 'blob';
  return strings.includes(columnType) ? 'binary' : null;
}
