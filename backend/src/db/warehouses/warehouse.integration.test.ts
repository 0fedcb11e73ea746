import { createCertificate } from '@foretell/local/testing/certificate';
import { hasMariaDb, startMariaDb } from '@foretell/local/testing/mariadb';
import { hasPostgresql, startPostgresql } from '@foretell/local/testing/postgresql';
import { createEgress } from '@foretell/core/node/egress';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { openWarehouse, type DatabasePlace } from './open-warehouse.ts';
import type { RowBatch, RowRange } from './warehouse-session.ts';

const tls = createCertificate();
const credentials = { username: 'reader', password: "it's a secret" };

interface Server {
  kind: DatabasePlace['kind'];
  port: number;
  database: string;
  run(sql: string): Promise<unknown>;
  stop(): Promise<void>;
}

async function startPostgres(): Promise<Server> {
  const server = await startPostgresql(tls);
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query(`CREATE USER reader PASSWORD 'it''s a secret'`);
  await client.query(`CREATE TABLE kinds (
    whole BIGINT, price NUMERIC(10, 2), ratio DOUBLE PRECISION, ok BOOLEAN, at TIMESTAMPTZ, wall TIMESTAMP, day DATE,
    note TEXT, doc JSONB)`);
  await client.query(`INSERT INTO kinds VALUES
    (9223372036854775807, 12.50, 1e300, true, '2021-05-27 13:59:53.71+02', '2021-05-27 11:59:53.71', '2021-05-27', 'zoë 🙂', '{"a": [1]}'),
    (NULL, NULL, 'NaN', NULL, NULL, 'infinity', NULL, NULL, NULL)`);
  await client.query('CREATE SCHEMA hidden');
  await client.query('CREATE TABLE hidden.secret (a INTEGER)');
  await client.query('GRANT USAGE ON SCHEMA hidden TO reader');
  await client.query('CREATE TABLE bytes (a INTEGER, b BYTEA)');
  await client.query('CREATE TABLE rising (n BIGINT, name TEXT)');
  await client.query('GRANT SELECT, INSERT ON kinds, bytes, rising TO reader');
  return {
    kind: 'postgresql',
    port: server.port,
    database: 'postgres',
    run: (sql) => client.query(sql),
    async stop() {
      await client.end();
      await server.stop();
    },
  };
}

async function startMySql(): Promise<Server> {
  const server = await startMariaDb(tls);
  const uri = await server.createDatabase('shop');
  const client = await createConnection({ uri });
  await client.query(`CREATE USER reader@'%' IDENTIFIED BY 'it''s a secret'`);
  await client.query(`CREATE TABLE kinds (
    whole BIGINT, price DECIMAL(10, 2), ratio DOUBLE, ok BIT(1), at TIMESTAMP(6) NULL, wall DATETIME(6), day DATE,
    note TEXT, doc JSON) CHARACTER SET utf8mb4`);
  await client.query(`SET SESSION time_zone = '+02:00', sql_mode = ''`);
  await client.query(`INSERT INTO kinds VALUES
    (9223372036854775807, 12.50, 1e300, b'1', '2021-05-27 13:59:53.71', '2021-05-27 11:59:53.71', '2021-05-27', 'zoë 🙂', '{"a": [1]}'),
    (NULL, NULL, NULL, NULL, NULL, '0000-00-00', NULL, NULL, NULL)`);
  await client.query('CREATE DATABASE hidden');
  await client.query('CREATE TABLE hidden.secret (a INTEGER)');
  await client.query('CREATE TABLE bytes (a INTEGER, b BLOB)');
  await client.query('CREATE TABLE rising (n BIGINT, name VARCHAR(40) COLLATE utf8mb4_unicode_ci)');
  await client.query(`GRANT SELECT, INSERT ON shop.* TO reader@'%'`);
  return {
    kind: 'mysql',
    port: Number(new URL(uri).port),
    database: 'shop',
    run: (sql) => client.query(sql),
    async stop() {
      await client.end();
      await server.stop();
    },
  };
}

const engines = [
  { name: 'PostgreSQL', start: startPostgres, has: hasPostgresql(), says: /^PostgreSQL \d/ },
  { name: 'MariaDB', start: startMySql, has: hasMariaDb(), says: /MariaDB/ },
];

for (const engine of engines)
  (engine.has ? describe : describe.skip)(`a warehouse on ${engine.name}`, () => {
    let server: Server;
    beforeAll(async () => {
      server = await engine.start();
    });
    afterAll(() => server.stop());

    const egress = createEgress({ allowedHosts: ['localhost'] });
    const open = (settings: object = {}, options: object = {}) =>
      openWarehouse(
        {
          kind: server.kind,
          settings: {
            host: 'localhost',
            port: server.port,
            database: server.database,
            tls: 'required',
            certificateAuthority: tls.certificate,
            ...settings,
          },
        },
        { egress, credentials, timeoutSeconds: 30, signal: new AbortController().signal, ...options },
      );

    async function read(query: string, range: RowRange | null = null, options: object = {}) {
      const session = await open({}, options);
      try {
        const batches: RowBatch[] = [];
        for await (const batch of session.rows(query, range)) batches.push(batch);
        return { columns: batches[0]!.columns, rows: batches.flatMap(({ rows }) => rows), batches };
      } finally {
        await session.close();
      }
    }

    test('says what it is, by TLS', async () => {
      const session = await open();
      expect(session.server).toMatch(engine.says);
      await session.close();
    });

    test('answers each kind of cell as text, times in UTC', async () => {
      const { columns, rows } = await read('SELECT * FROM kinds ORDER BY day DESC -- a comment');
      expect(Object.fromEntries(columns.map(({ name, kind }) => [name, kind]))).toEqual({
        whole: 'number',
        price: 'number',
        ratio: 'number',
        ok: 'boolean',
        at: 'timestamp',
        wall: 'timestamp',
        day: 'date',
        note: 'string',
        doc: 'string',
      });
      const full = rows.find(([whole]) => whole !== null)!;
      expect(full[0]).toBe('9223372036854775807');
      expect(full.slice(1, 2)).toEqual(['12.50']);
      expect(Number(full[2])).toBe(1e300);
      expect(full[3]).toMatch(/^(t|1)$/);
      expect(full[4]).toMatch(/^2021-05-27 11:59:53\.71(0000)?(\+00)?$/);
      expect(full.slice(6)).toEqual(['2021-05-27', 'zoë 🙂', '{"a": [1]}']);
      expect(rows.find(([whole]) => whole === null)!.slice(6)).toEqual([null, null, null]);
    });

    test('brings the rows beyond a value, exact where a double is not', async () => {
      await server.run(
        `INSERT INTO rising VALUES (9007199254740994, 'c'), (9007199254740992, 'a'), (9007199254740993, 'b'), (NULL, 'd')`,
      );
      const session = await open();
      const upTo = await session.greatest('SELECT * FROM rising', 'n');
      expect(upTo).toBe('9007199254740994');
      const names: unknown[] = [];
      const range = { column: 'n', after: '9007199254740992', upTo: upTo!, inOrder: true };
      for await (const { rows } of session.rows('SELECT * FROM rising', range))
        names.push(...rows.map(([, name]) => name));
      expect(names).toEqual(['b', 'c']);
      await session.close();
      const text = await open();
      const highest = await text.greatest('SELECT * FROM rising', 'name');
      const after: unknown[] = [];
      for await (const { rows } of text.rows('SELECT * FROM rising', {
        column: 'name',
        after: 'b',
        upTo: highest!,
        inOrder: false,
      }))
        after.push(...rows.map(([, name]) => name));
      expect(after.toSorted()).toEqual(['c', 'd']);
      await text.close();
    });

    test('rows come in batches, and a query without any says its columns', async () => {
      const numbers =
        server.kind === 'mysql'
          ? `SELECT seq AS n, repeat('x', 1000) AS text FROM shop.ten`
          : `SELECT n, repeat('x', 1000) AS text FROM generate_series(1, 20000) AS n`;
      if (server.kind === 'mysql') {
        await server.run('CREATE TABLE ten AS SELECT seq FROM seq_1_to_20000');
      }
      const { rows, batches } = await read(numbers);
      expect(rows).toHaveLength(20_000);
      expect(batches.length).toBeGreaterThan(3);
      const none = await read(`SELECT * FROM (${numbers}) AS none WHERE n < 0`);
      expect(none.rows).toEqual([]);
      if (server.kind === 'postgresql') expect(none.columns.map(({ name }) => name)).toEqual(['n', 'text']);
    });

    test.each([
      ['an unknown table', 'SELECT * FROM nowhere', 'invalid_query', /nowhere/],
      ['an unknown column', 'SELECT nothing FROM kinds', 'invalid_query', /nothing/],
      ['what is no SQL', 'SELECT FROM FROM', 'invalid_query', /FROM/],
      ['two statements', 'SELECT 1; DELETE FROM rising', 'invalid_query', /./],
      ['a statement that closes the bracket', 'SELECT 1) AS a; DELETE FROM rising; --', 'invalid_query', /./],
      ['a write', `INSERT INTO rising VALUES (1, 'x')`, 'invalid_query', /./],
      ['a table that is not the user’s', 'SELECT * FROM hidden.secret', 'not_permitted', /secret/],
      ['bytes', 'SELECT * FROM bytes', 'unsupported_type', /"b" has the type (bytea|blob)/],
      [
        'two columns of a name',
        'SELECT a.whole, b.whole FROM kinds a CROSS JOIN kinds b',
        /invalid_query|duplicate_column/,
        /whole/,
      ],
    ])('%s is refused in words', async (_, query, code, words) => {
      await server.run(`INSERT INTO bytes (a) VALUES (1)`);
      const counted = () =>
        server.run('SELECT count(*) FROM rising').then((answer) => JSON.stringify(answer));
      const before = await counted();
      await expect(read(query)).rejects.toMatchObject({
        code: 'invalid',
        problems: [
          { field: 'query', code: expect.stringMatching(code), detail: expect.stringMatching(words) },
        ],
      });
      expect(await counted()).toBe(before);
    });

    test('a query that takes too long is told so', async () => {
      const slow =
        server.kind === 'mysql'
          ? 'SELECT count(*) AS n FROM seq_1_to_100000 a CROSS JOIN seq_1_to_100000 b WHERE a.seq * b.seq = 7'
          : 'SELECT pg_sleep(60) IS NULL AS a';
      await expect(read(slow, null, { timeoutSeconds: 1 })).rejects.toMatchObject({
        problems: [{ field: 'query', code: 'query_timeout' }],
      });
    });

    test('what is aborted ends at once, with the reason', async () => {
      const abort = new AbortController();
      const slow =
        server.kind === 'mysql'
          ? 'SELECT count(*) AS n FROM seq_1_to_100000 a CROSS JOIN seq_1_to_100000 b WHERE a.seq * b.seq = 7'
          : 'SELECT pg_sleep(60) IS NULL AS a';
      const reason = new Error('cancelled');
      const started = performance.now();
      setTimeout(() => abort.abort(reason), 500);
      await expect(read(slow, null, { signal: abort.signal })).rejects.toBe(reason);
      // Long before the query would have ended.
      expect(performance.now() - started).toBeLessThan(15_000);
    });

    test('a wrong password is told without it', async () => {
      const wrong = { username: 'reader', password: 'another secret' };
      const error: unknown = await open({}, { credentials: wrong }).catch((refused: unknown) => refused);
      expect(error).toMatchObject({ problems: [{ field: 'credentials', code: 'bad_credentials' }] });
      expect(JSON.stringify(error) + String(error)).not.toContain('another secret');
    });

    test.each([
      ['an unknown database', { database: 'nowhere' }, 'settings.database', 'unknown_database'],
      [
        'a certificate of nobody known',
        { certificateAuthority: undefined },
        'settings.certificateAuthority',
        'untrusted_certificate',
      ],
      ['a host within', { host: '169.254.169.254' }, 'settings.host', 'forbidden_host'],
      ['a host within, without TLS', { host: '127.0.0.1', tls: 'off' }, 'settings.tls', 'tls_required'],
    ])('%s is refused in words', async (_, settings, field, code) => {
      await expect(open(settings)).rejects.toMatchObject({ code: 'invalid', problems: [{ field, code }] });
    });

    test('without TLS only an allowed host is spoken to', async () => {
      const session = await open({ tls: 'off' });
      await session.close();
    });

    test('a port where nobody listens is worth another try', async () => {
      await expect(open({ port: 1 })).rejects.toMatchObject({ code: 'unavailable' });
    });
  });
