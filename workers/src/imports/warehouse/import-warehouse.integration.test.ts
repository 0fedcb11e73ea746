import { datasets } from '@foretell/backend/db/data';
import { insertRows } from '@foretell/backend/db/rows';
import { connections, datasetSources, importChunks } from '@foretell/backend/db/sources';
import { notifications } from '@foretell/backend/db/work';
import { featureSetManifest } from '@foretell/core/contracts/feature-set';
import { warehouseQuery } from '@foretell/core/contracts/sources';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import { newId } from '@foretell/core/node/new-id';
import { hasPostgresql, startPostgresql, type Postgresql } from '@foretell/local/testing/postgresql';
import { query as queryParquet, withDuckDb } from '@foretell/spark-jobs/duckdb';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { jest } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createJobBench, type JobBench } from '../../testing/job-bench.ts';
import { createImportHandler } from '../import-handler.ts';

const credentials = { username: 'reader', password: 'a secret password' };
let bench: JobBench;
let server: Postgresql;
let client: Client;

(hasPostgresql() ? describe : describe.skip)('an import from a warehouse', () => {
  beforeAll(async () => {
    [bench, server] = await Promise.all([createJobBench(), startPostgresql()]);
    client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query(`CREATE USER reader PASSWORD 'a secret password'`);
    await client.query('ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader');
  });
  afterAll(async () => {
    await client.end();
    await Promise.all([server.stop(), bench.close()]);
  });

  /** A dataset whose rows a query answers. */
  async function connect(asked: object, timeColumn: string | null = null, given = credentials) {
    const dataset = await bench.dataset(timeColumn);
    const [connection, secretRef, at] = [newId(), newId(), new Date().toISOString()];
    bench.secrets.set(secretRef, JSON.stringify(given));
    const { workspace } = bench;
    await bench.database.write(async (tx) => {
      await tx.update(datasets, { id: dataset.id }, { source: 'warehouse' });
      await insertRows(tx, connections, {
        id: connection,
        workspace,
        name: 'shop',
        kind: 'postgresql',
        secretRef,
        settings: { host: '127.0.0.1', port: server.port, database: 'postgres', tls: 'off' },
        createdAt: at,
      });
      await insertRows(tx, datasetSources, {
        dataset: dataset.id,
        workspace,
        connection,
        settings: warehouseQuery.parse(asked),
        everyHours: null,
        nextAt: null,
      });
    });
    return dataset.id;
  }

  async function start(dataset: string) {
    const job = await bench.job('dataset.import', dataset);
    const message = bench.message('dataset.import', { job, dataset, until: new Date().toISOString() });
    return { job, run: () => createImportHandler(bench.importDeps)(message, bench.context) };
  }
  async function importNow(dataset: string) {
    const { job, run } = await start(dataset);
    await run();
    return bench.finished(job);
  }

  async function manifestOf(dataset: string) {
    const { latestFeatureSet: n } = await bench.database.read.findOneByOrFail(datasets, { id: dataset });
    return bench.lake.getJson(featureSetKeys(bench.workspace, dataset, n ?? 0).manifest, featureSetManifest);
  }

  async function rowsOf(dataset: string, select = '*') {
    const dir = await mkdtemp(join(tmpdir(), 'foretell-import-warehouse-'));
    try {
      const paths: string[] = [];
      for (const { key } of (await manifestOf(dataset)).files) {
        paths.push(join(dir, `${paths.length}.parquet`));
        await writeFile(paths.at(-1)!, bench.lake.objects.get(key)!);
      }
      const from = `read_parquet([${paths.map(stringLiteral).join(', ')}])`;
      return await withDuckDb({ threads: 1, memoryMb: 300, tempDir: dir }, (connection) =>
        queryParquet(connection, `SELECT ${select} FROM ${from} ORDER BY ALL`),
      );
    } finally {
      await rm(dir, { recursive: true });
    }
  }

  test('each type becomes the column that holds it: exact, in UTC, nothing lost', async () => {
    await client.query(`CREATE TABLE kinds AS SELECT * FROM (VALUES
      (9007199254740993, 12.50::numeric, true, '2021-05-27 13:59:53.71+02'::timestamptz, '2021-05-27'::date, E'zoë 🙂, "x"\\n', '{"a": 1}'::jsonb, 'infinity'::timestamp),
      (-9223372036854775808, NULL, NULL, NULL, NULL, '', NULL, '2021-01-01'::timestamp),
      (NULL, 'NaN', false, NULL, NULL, NULL, NULL, '2021-01-02'::timestamp)
    ) AS t (id, price, ok, at, day, note, doc, seen)`);
    const dataset = await connect({ query: 'SELECT * FROM kinds' }, 'at');
    const job = await importNow(dataset);
    expect(job).toMatchObject({ status: 'succeeded', error: null, figures: { bring: { rows: 3 } } });
    const { schema, quarantine } = await manifestOf(dataset);
    expect(schema.columns).toEqual([
      { name: 'id', type: 'integer' },
      { name: 'price', type: 'double' },
      { name: 'ok', type: 'boolean' },
      { name: 'at', type: 'timestamp' },
      { name: 'day', type: 'date' },
      { name: 'note', type: 'string' },
      { name: 'doc', type: 'string' },
      { name: 'seen', type: 'timestamp' },
    ]);
    expect(quarantine?.misfits).toMatchObject([{ column: 'seen', kind: 'string', values: 1 }]);
    expect(await rowsOf(dataset, 'CAST(id AS VARCHAR) AS id, price, ok, "at", note, doc')).toEqual([
      { id: null, price: null, ok: false, at: null, note: null, doc: null },
      { id: '-9223372036854775808', price: null, ok: null, at: null, note: null, doc: null },
      {
        id: '9007199254740993',
        price: 12.5,
        ok: true,
        at: new Date('2021-05-27T11:59:53.710Z'),
        note: 'zoë 🙂, "x"\n',
        doc: '{"a": 1}',
      },
    ]);
  });

  test('without an incremental column every import takes the place of the one before', async () => {
    await client.query('CREATE TABLE whole AS SELECT n, n * 1.5 AS price FROM generate_series(1, 50) AS n');
    const dataset = await connect({ query: 'SELECT * FROM whole' });
    await importNow(dataset);
    await client.query('DELETE FROM whole WHERE n > 30');
    const job = await importNow(dataset);
    expect(job.error).toBeNull();
    expect(await manifestOf(dataset)).toMatchObject({ featureSet: 2, rows: 30 });
    const notice = await bench.database.read.findOneByOrFail(notifications, { source: job.id });
    expect(notice.body).toBe('30 rows in 2 columns.');
    await client.query('DELETE FROM whole');
    expect((await importNow(dataset)).error).toMatchObject({ code: 'no_rows', field: 'query' });
    expect((await manifestOf(dataset)).rows).toBe(30);
  });

  test('an increment brings what is beyond the last import, and nothing twice', async () => {
    await client.query(`CREATE TABLE orders (id BIGINT, at TIMESTAMPTZ, amount INTEGER)`);
    const add = (from: number, to: number) =>
      client.query(
        `INSERT INTO orders SELECT n, '2026-01-01'::timestamptz + n * interval '1 minute', n FROM generate_series(${from}, ${to}) AS n`,
      );
    await add(1, 1000);
    const dataset = await connect({ query: 'SELECT * FROM orders', incrementalColumn: 'at' }, 'at');
    await importNow(dataset);
    const nothing = await importNow(dataset);
    const { createdAt: since, ...first } = await manifestOf(dataset);
    expect(first).toMatchObject({ featureSet: 1, rows: 1000 });
    expect(nothing).toMatchObject({ status: 'succeeded', figures: { 'nothing new': { since } } });
    await add(1001, 1010);
    const job = await importNow(dataset);
    expect(job.figures).toMatchObject({ bring: { rows: 10 } });
    expect(await manifestOf(dataset)).toMatchObject({ featureSet: 2, rows: 1010 });
    expect(await rowsOf(dataset, 'count(DISTINCT id) AS ids')).toEqual([{ ids: 1010 }]);
  });

  test('rows that are gone for a while, and come again, are not doubled', async () => {
    await client.query('CREATE TABLE reloaded (id BIGINT, note TEXT)');
    const add = (from: number, to: number) =>
      client.query(`INSERT INTO reloaded SELECT n, 'x' FROM generate_series(${from}, ${to}) AS n`);
    await add(1, 10);
    const dataset = await connect({ query: 'SELECT * FROM reloaded', incrementalColumn: 'id' });
    await importNow(dataset);
    await client.query('DELETE FROM reloaded WHERE id > 6');
    expect(await importNow(dataset)).toMatchObject({ status: 'succeeded', error: null });
    await add(7, 12);
    await importNow(dataset);
    expect(await rowsOf(dataset, 'id')).toEqual(Array.from({ length: 12 }, (_, i) => ({ id: i + 1 })));
  });

  test('of rows with one key the newest stays', async () => {
    await client.query(`CREATE TABLE carts (id BIGINT, state TEXT, changed BIGINT)`);
    await client.query(`INSERT INTO carts VALUES (1, 'open', 1), (2, 'open', 2), (3, 'open', 3)`);
    const asked = { query: 'SELECT * FROM carts', incrementalColumn: 'changed', keyColumn: 'id' };
    const dataset = await connect(asked);
    await importNow(dataset);
    await client.query(`UPDATE carts SET state = 'paid', changed = 5 WHERE id = 2`);
    await client.query(`INSERT INTO carts VALUES (2, 'at the till', 4)`);
    expect((await importNow(dataset)).error).toBeNull();
    expect(await rowsOf(dataset, 'id, state')).toEqual([
      { id: 1, state: 'open' },
      { id: 2, state: 'paid' },
      { id: 3, state: 'open' },
    ]);
  });

  test('what was brought is not brought again when the worker dies before the feature set', async () => {
    await client.query('CREATE TABLE once AS SELECT n FROM generate_series(1, 20) AS n');
    const dataset = await connect({ query: 'SELECT n, n AS m FROM once', incrementalColumn: 'n' });
    const { job, run } = await start(dataset);
    const putNew = bench.lake.putNew.bind(bench.lake);
    const broken = jest
      .spyOn(bench.lake, 'putNew')
      .mockImplementation((key, ...rest) =>
        key.includes('feature-sets') ? Promise.reject(new Error('died')) : putNew(key, ...rest),
      );
    await expect(run()).rejects.toThrow('died');
    broken.mockRestore();
    await client.query('DROP TABLE once');
    await run();
    expect((await bench.finished(job)).error).toBeNull();
    expect((await manifestOf(dataset)).rows).toBe(20);
    expect(await bench.database.read.countBy(importChunks, { dataset })).toBe(1);
  });

  test.each([
    [
      'a wrong password',
      { query: 'SELECT 1 AS a' },
      { ...credentials, password: 'wrong secret' },
      'bad_credentials',
    ],
    ['an unknown table', { query: 'SELECT * FROM nowhere' }, credentials, 'invalid_query'],
    [
      'a type that is no column',
      { query: `SELECT 1 AS a, '\\x00'::bytea AS b` },
      credentials,
      'unsupported_type',
    ],
    [
      'a query that is too slow',
      { query: 'SELECT pg_sleep(5)::text AS a', timeoutSeconds: 1 },
      credentials,
      'query_timeout',
    ],
    ['no rows', { query: 'SELECT 1 AS a WHERE false' }, credentials, 'no_rows'],
    [
      'a key column that is not there',
      { query: 'SELECT 1 AS a', keyColumn: 'b' },
      credentials,
      'unknown_column',
    ],
    [
      'an incremental column that is not there',
      { query: 'SELECT 1 AS a', incrementalColumn: 'b' },
      credentials,
      'invalid_query',
    ],
  ])('%s ends the import in words, without the password', async (_, asked, given, code) => {
    const dataset = await connect(asked, null, given);
    const job = await importNow(dataset);
    expect(job).toMatchObject({ status: 'failed', error: { code } });
    const notice = await bench.database.read.findOneByOrFail(notifications, { source: job.id });
    expect(JSON.stringify([job, notice])).not.toContain(given.password);
  });
});
