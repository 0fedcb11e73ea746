import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DescribeStatementCommand,
  ExecuteStatementCommand,
  ListStatementsCommand,
  RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { datasets, featureSets } from '@foretell/backend/db/data';
import { notifications, type JobRow } from '@foretell/backend/db/work';
import { warehouseQuery } from '@foretell/core/contracts/sources';
import { startLocalAws } from '@foretell/local/testing/local-aws';
import {
  peakMb,
  startWorkerBench,
  type StartedImport,
  type WorkerBench,
} from '../../../testing/worker-bench.ts';

const credentials = { username: 'reader', password: 'A secret passw0rd' };
const settings = {
  workgroup: 'foretell-shop',
  database: 'shop',
  unloadRole: 'arn:aws:iam::000000000000:role/shop-unload',
};
const isOver = ({ finishedAt }: JobRow) => finishedAt !== null;
let bench: WorkerBench;
let redshift: RedshiftDataClient;

beforeAll(async () => {
  bench = await startWorkerBench(startLocalAws);
  redshift = new RedshiftDataClient();
  await run(`CREATE USER reader PASSWORD '${credentials.password}'`);
  await run('ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader');
  bench.startWorkers();
});
afterAll(async () => {
  bench.killWorkers();
  await bench.stop();
});

/** As the warehouse's owner. */
async function run(Sql: string): Promise<void> {
  const target = { WorkgroupName: settings.workgroup, Database: settings.database };
  const { Id } = await redshift.send(new ExecuteStatementCommand({ ...target, Sql, WaitTimeSeconds: 30 }));
  const { Status, Error: reason } = await redshift.send(new DescribeStatementCommand({ Id }));
  if (Status !== 'FINISHED') throw new Error(reason);
}
const start = (asked: object, place: object = {}, given = credentials, timeColumn: string | null = null) =>
  bench.startImport({
    kind: 'redshift',
    settings: { ...settings, ...place },
    credentials: given,
    asked: warehouseQuery.parse(asked),
    timeColumn,
    until: new Date().toISOString(),
  });
const finished = (imported: StartedImport) => bench.jobWhen(imported.job, isOver, 100_000);
const unloads = async () =>
  (await redshift.send(new ListStatementsCommand({ StatementName: 'foretell-import' }))).Statements ?? [];

test('each type becomes the column that holds it, and the query is asked as it is written', async () => {
  await run(`CREATE TABLE kinds AS SELECT * FROM (VALUES
    (9007199254740993, 12.50::numeric(10, 2), 3::numeric(38, 0), true, '2021-05-27 13:59:53.71+02'::timestamptz, '2021-05-27'::date, 'it''s "x"', 1.5::float8),
    (-9223372036854775808, NULL, NULL, NULL, NULL, NULL, '', 'NaN'::float8),
    (NULL, 7, NULL, false, NULL, NULL, 'C:\\zoë 🙂', NULL)
  ) AS t (id, price, pieces, ok, at, day, note, score)`);
  const imported = await start(
    { query: `SELECT *, 'it''s \\\\ here' AS said FROM kinds -- all of it` },
    {},
    credentials,
    'at',
  );
  const job = await finished(imported);
  expect(job).toMatchObject({ status: 'succeeded', error: null, figures: { bring: { rows: 3 } } });
  const { schema } = await bench.database.read.findOneByOrFail(datasets, { id: imported.dataset });
  expect(schema?.columns).toEqual([
    { name: 'id', type: 'integer' },
    { name: 'price', type: 'double' },
    { name: 'pieces', type: 'integer' },
    { name: 'ok', type: 'boolean' },
    { name: 'at', type: 'timestamp' },
    { name: 'day', type: 'date' },
    { name: 'note', type: 'string' },
    { name: 'score', type: 'double' },
    { name: 'said', type: 'string' },
  ]);
  const rows = await bench.ask(
    imported,
    'SELECT CAST(id AS VARCHAR) AS id, price, ok, "at", note, score, said FROM events ORDER BY id',
  );
  const said = String.raw`it's \ here`;
  expect(rows).toEqual([
    { id: null, price: 7, ok: false, at: null, note: String.raw`C:\zoë 🙂`, score: null, said },
    { id: '-9223372036854775808', price: null, ok: null, at: null, note: null, score: null, said },
    {
      id: '9007199254740993',
      price: 12.5,
      ok: true,
      at: new Date('2021-05-27T11:59:53.710Z'),
      note: `it's "x"`,
      score: 1.5,
      said,
    },
  ]);
});

test('an increment unloads what is beyond the last import, of times with a zone too', async () => {
  await run('CREATE TABLE orders (id BIGINT, at TIMESTAMPTZ)');
  const add = (from: number, to: number) =>
    run(
      `INSERT INTO orders SELECT n, '2026-01-01'::timestamptz + n * interval '1 second' FROM generate_series(${from}, ${to}) AS n`,
    );
  await add(1, 1000);
  const imported = await start({ query: 'SELECT * FROM orders', incrementalColumn: 'at', keyColumn: 'id' });
  expect((await finished(imported)).error).toBeNull();
  const nothing = await finished(await bench.importAgain(imported));
  expect(nothing).toMatchObject({ status: 'succeeded', error: null });
  await add(1001, 1010);
  const job = await finished(await bench.importAgain(imported));
  expect(job).toMatchObject({ error: null, figures: { bring: { rows: 10 } } });
  expect(await bench.countRows(imported, 'id')).toEqual({ n: 1010, ids: 1010 });
  const [last] = await unloads();
  expect(last?.QueryString).toContain(`WHERE "at" > ''2026-01-01 00:16:40+00''`);
});

test('of rows with one key the newest stays, in whatever order they lie', async () => {
  await run(
    `CREATE TABLE changes AS SELECT n % 100 AS id, 10000 - n AS at, n AS state FROM generate_series(0, 9999) AS n`,
  );
  const imported = await start({ query: 'SELECT * FROM changes', incrementalColumn: 'at', keyColumn: 'id' });
  expect((await finished(imported)).error).toBeNull();
  expect(await bench.ask(imported, 'SELECT count(*) AS n, max(state) AS oldest FROM events')).toEqual([
    { n: 100, oldest: 99 },
  ]);
});

test('a worker killed while Redshift works leaves its statement to the next, which brings each row once', async () => {
  bench.killWorkers();
  const before = (await unloads()).length;
  const rows = 100_000;
  const text = Array.from({ length: 6 }, (_, i) => `md5((n + ${i})::text)`).join(' || ');
  const query = `SELECT n, ${text} AS note FROM generate_series(1, ${rows}) AS n, (SELECT pg_sleep(4)) AS pause`;
  const imported = await start({ query });
  const killed = bench.startWorkers();
  while ((await unloads()).length === before) await delay(50);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(isOver(await bench.jobWhen(imported.job, () => true, 0))).toBe(false);
  const next = bench.startWorkers();
  expect(await finished(imported)).toMatchObject({ error: null, figures: { bring: { rows } } });
  expect((await unloads()).length).toBe(before + 1);
  expect(await bench.countRows(imported, 'n')).toEqual({ n: rows, ids: rows });
  const sets = await bench.database.read.findBy(featureSets, { dataset: imported.dataset });
  expect(sets.filter(({ readyAt }) => readyAt !== null)).toHaveLength(1);
  const peak = peakMb(next);
  process.stdout.write(`unloaded ${rows / 5000} MB of text, ${peak.toFixed(0)} MB resident at most\n`);
  expect(peak).toBeLessThan(300);
  const left = { Bucket: bench.bucket, Prefix: 'staging/imports/' };
  const { KeyCount } = await new S3Client({ forcePathStyle: true }).send(new ListObjectsV2Command(left));
  expect(KeyCount).toBe(0);
});

test.each([
  [
    'a wrong password',
    { query: 'SELECT 1 AS a' },
    {},
    { ...credentials, password: 'wrong' },
    'bad_credentials',
  ],
  ['an unknown table', { query: 'SELECT * FROM nowhere' }, {}, credentials, 'invalid_query'],
  [
    'a table that its user may not read',
    { query: 'SELECT * FROM pg_authid' },
    {},
    credentials,
    'not_permitted',
  ],
  ['no rows', { query: 'SELECT 1 AS a WHERE false' }, {}, credentials, 'no_rows'],
  [
    'a role of somebody else',
    { query: 'SELECT 1 AS a' },
    { unloadRole: 'arn:aws:iam::111111111111:role/theirs' },
    credentials,
    'bad_role',
  ],
  [
    'an unknown workgroup',
    { query: 'SELECT 1 AS a' },
    { workgroup: 'nowhere' },
    credentials,
    'unknown_warehouse',
  ],
  ['a key that is no column', { query: 'SELECT 1 AS a', keyColumn: 'b' }, {}, credentials, 'unknown_column'],
])('%s ends the import in words, without the password', async (_, asked, place, given, code) => {
  const imported = await start(asked, place, given);
  const job = await finished(imported);
  expect(job).toMatchObject({ status: 'failed', error: { code } });
  const notice = await bench.database.read.findOneBy(notifications, { source: job.id });
  expect(JSON.stringify([job, notice])).not.toContain(given.password);
});
