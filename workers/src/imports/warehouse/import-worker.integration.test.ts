import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { featureSets } from '@foretell/backend/db/data';
import { importChunks } from '@foretell/backend/db/sources';
import type { JobRow } from '@foretell/backend/db/work';
import { warehouseQuery } from '@foretell/core/contracts/sources';
import { startLocalAws } from '@foretell/local/testing/local-aws';
import { hasPostgresql, startPostgresql, type Postgresql } from '@foretell/local/testing/postgresql';
import { jest } from '@jest/globals';
import { Client } from 'pg';
import { peakMb, startWorkerBench, type WorkerBench } from '../../testing/worker-bench.ts';

jest.setTimeout(400_000);

const rows = 200_000;
/** Of text in them: what is held at once is a few megabytes. */
const megabytes = Number(process.env['WAREHOUSE_TEST_MB'] ?? 80);
const memoryLimitMb = 256;
/** Sent so slowly that a worker can be killed while they come. */
const query = `SELECT n, repeat('x', ${(megabytes * 1e6) / rows}) AS note FROM generate_series(1, ${rows}) AS n,
  LATERAL (SELECT pg_sleep(CASE WHEN n % 10000 = 0 THEN 0.2 ELSE 0 END)) AS pause`;
let bench: WorkerBench;
let server: Postgresql;
let client: Client;

(hasPostgresql() ? describe : describe.skip)('a worker that asks a warehouse', () => {
  beforeAll(async () => {
    [bench, server] = await Promise.all([startWorkerBench(startLocalAws), startPostgresql()]);
    client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query(`CREATE USER reader PASSWORD 'a secret password'`);
  });
  afterAll(async () => {
    bench.killWorkers();
    await client.end();
    await Promise.all([bench.stop(), server.stop()]);
  });

  const isOver = ({ finishedAt }: JobRow) => finishedAt !== null;
  /** The worker's transaction has gone on for a second, of four at least: some of the rows are sent. */
  async function someAreSent(): Promise<void> {
    const asked = `SELECT 1 FROM pg_stat_activity WHERE usename = 'reader' AND xact_start < clock_timestamp() - interval '1 second'`;
    const deadline = Date.now() + 120_000;
    while ((await client.query(asked)).rows.length === 0) {
      if (Date.now() > deadline) throw new Error('no worker asks');
      await delay(50);
    }
  }

  test('is killed while rows come: the next one brings each row once, in bounded memory', async () => {
    const imported = await bench.startImport({
      kind: 'postgresql',
      settings: { host: '127.0.0.1', port: server.port, database: 'postgres', tls: 'off' },
      credentials: { username: 'reader', password: 'a secret password' },
      asked: warehouseQuery.parse({ query }),
      timeColumn: null,
      until: new Date().toISOString(),
    });
    const killed = bench.startWorkers();
    await someAreSent();
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(await bench.database.read.countBy(importChunks, { dataset: imported.dataset })).toBe(0);
    expect(isOver(await bench.jobWhen(imported.job, () => true, 0))).toBe(false);
    const next = bench.startWorkers();
    const job = await bench.jobWhen(imported.job, isOver, 180_000);
    expect(job).toMatchObject({ status: 'succeeded', error: null, figures: { bring: { rows } } });
    expect(await bench.countRows(imported, 'n')).toEqual({ n: rows, ids: rows });
    const sets = await bench.database.read.findBy(featureSets, { dataset: imported.dataset });
    expect(sets.filter(({ readyAt }) => readyAt !== null)).toHaveLength(1);
    const peak = peakMb(next);
    process.stdout.write(`imported ${megabytes} MB of text, ${peak.toFixed(0)} MB resident at most\n`);
    expect(peak).toBeLessThan(memoryLimitMb);
  });
});
