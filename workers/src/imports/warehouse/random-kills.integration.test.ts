import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DescribeStatementCommand,
  ExecuteStatementCommand,
  ListStatementsCommand,
  RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { featureSets } from '@foretell/backend/db/data';
import { importChunks, type ConnectionPlace } from '@foretell/backend/db/sources';
import { jobs } from '@foretell/backend/db/work';
import { warehouseQuery } from '@foretell/core/contracts/sources';
import { seededRandom } from '@foretell/core/domain/seeded-random';
import { startLocalAws } from '@foretell/local/testing/local-aws';
import { hasMariaDb, startMariaDb, type MariaDb } from '@foretell/local/testing/mariadb';
import { hasPostgresql, startPostgresql, type Postgresql } from '@foretell/local/testing/postgresql';
import { jest } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { In, MoreThan } from 'typeorm';
import { startWorkerBench, type StartedImport, type WorkerBench } from '../../testing/worker-bench.ts';

jest.setTimeout(900_000);

const kills = 10;
/** SQS gives a message up at its fifth delivery, and a busy machine may cost one more than the kills do. */
const killsOfOneImport = 2;
const rows = 20_000;
const credentials = { username: 'reader', password: 'a secret password' };
const workgroup = { workgroup: 'foretell-shop', database: 'shop' };
const unloadRole = 'arn:aws:iam::000000000000:role/shop-unload';
const loopback = { host: '127.0.0.1', tls: 'off' } as const;

(hasPostgresql() && hasMariaDb() ? describe : describe.skip)('workers that ask warehouses', () => {
  let bench: WorkerBench;
  let postgresql: Postgresql;
  let mariaDb: MariaDb;
  let redshift: RedshiftDataClient;
  let places: (ConnectionPlace & { query: string })[];

  beforeAll(async () => {
    [bench, postgresql, mariaDb] = await Promise.all([
      startWorkerBench(startLocalAws),
      startPostgresql(),
      startMariaDb(),
    ]);
    redshift = new RedshiftDataClient();
    places = [await preparePostgresql(), await prepareMySql(), await prepareRedshift()];
  });
  afterAll(async () => {
    bench.killWorkers();
    redshift.destroy();
    await Promise.all([bench.stop(), postgresql.stop(), mariaDb.stop()]);
  });

  /** Rows come for a second or so, that a worker can be killed meanwhile. */
  async function preparePostgresql() {
    const client = new Client({ connectionString: postgresql.url });
    await client.connect();
    await client.query(`CREATE USER reader PASSWORD '${credentials.password}'`);
    await client.end();
    const query = `SELECT n, md5(n::text) AS note FROM generate_series(1, ${rows}) AS n,
      LATERAL (SELECT pg_sleep(CASE WHEN n % 1000 = 0 THEN 0.05 ELSE 0 END)) AS pause`;
    const settings = { ...loopback, port: postgresql.port, database: 'postgres' };
    return { kind: 'postgresql' as const, settings, query };
  }

  async function prepareMySql() {
    const uri = await mariaDb.createDatabase('shop');
    const client = await createConnection({ uri });
    await client.query(`CREATE USER reader@'%' IDENTIFIED BY '${credentials.password}'`);
    await client.query(`CREATE TABLE numbers AS SELECT seq AS n FROM seq_1_to_${rows}`);
    await client.query('GRANT SELECT ON shop.* TO reader');
    await client.end();
    const query = `SELECT n, md5(n) AS note FROM numbers WHERE n % 1000 <> 0 OR SLEEP(0.05) = 0`;
    const settings = { ...loopback, port: Number(new URL(uri).port), database: 'shop' };
    return { kind: 'mysql' as const, settings, query };
  }

  async function prepareRedshift() {
    const Sql = `CREATE USER reader PASSWORD '${credentials.password}'`;
    const target = { WorkgroupName: workgroup.workgroup, Database: workgroup.database };
    const { Id } = await redshift.send(new ExecuteStatementCommand({ ...target, Sql, WaitTimeSeconds: 30 }));
    const { Status, Error: reason } = await redshift.send(new DescribeStatementCommand({ Id }));
    if (Status !== 'FINISHED') throw new Error(reason);
    const query = `SELECT n, md5(n::text) AS note FROM generate_series(1, ${rows}) AS n`;
    return { kind: 'redshift' as const, settings: { ...workgroup, unloadRole }, query };
  }

  const startAll = () =>
    Promise.all(
      places.map(({ query, ...place }) =>
        bench.startImport({
          ...place,
          credentials,
          asked: warehouseQuery.parse({ query }),
          timeColumn: null,
          until: new Date().toISOString(),
        }),
      ),
    );

  /** Until the worker has begun one of the imports, or there is none left to begin. */
  async function begun(imports: readonly StartedImport[], since: string): Promise<void> {
    const id = In(imports.map(({ job }) => job));
    const deadline = Date.now() + 120_000;
    for (;;) {
      const { read } = bench.database;
      if (await read.existsBy(jobs, { id, heartbeatAt: MoreThan(since) })) return;
      const finished = await read.findBy(jobs, { id });
      if (finished.every(({ finishedAt }) => finishedAt !== null)) return;
      if (Date.now() > deadline) throw new Error('no worker begins an import');
      await delay(20);
    }
  }

  async function expectWhole({ job, ...imported }: StartedImport): Promise<void> {
    const row = await bench.jobWhen(job, ({ finishedAt }) => finishedAt !== null, 240_000);
    expect(row).toMatchObject({ status: 'succeeded', error: null });
    expect(await bench.countRows({ job, ...imported }, 'n')).toEqual({ n: rows, ids: rows });
    const { dataset } = imported;
    const sets = await bench.database.read.findBy(featureSets, { dataset });
    expect(sets.filter(({ readyAt }) => readyAt !== null)).toHaveLength(1);
    expect(await bench.database.read.countBy(importChunks, { dataset })).toBe(1);
  }

  test(`killed ${kills} times at random, they bring each row once`, async () => {
    const seed = Date.now() % 1_000_000;
    process.stderr.write(`the workers are killed at random, seed ${seed}\n`);
    const random = seededRandom(seed);
    for (let killed = 0; killed < kills;) {
      const imports = await startAll();
      for (let times = 0; times < killsOfOneImport && killed < kills; times++, killed++) {
        const since = new Date().toISOString();
        const worker = bench.startWorkers({ CONCURRENCY: '3' });
        await begun(imports, since);
        await delay(random() * 1500);
        worker.kill('SIGKILL');
        await once(worker, 'exit');
      }
      bench.startWorkers({ CONCURRENCY: '3' });
      for (const imported of imports) await expectWhole(imported);
      bench.killWorkers();
      const [, , { job }] = imports as [StartedImport, StartedImport, StartedImport];
      const unloads = new ListStatementsCommand({ StatementName: `foretell-import-${job}`, Status: 'ALL' });
      expect((await redshift.send(unloads)).Statements).toHaveLength(1);
    }
  });
});
