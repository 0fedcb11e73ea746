import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { featureSets } from '@foretell/backend/db/data';
import type { JobRow } from '@foretell/backend/db/work';
import { seededRandom } from '@foretell/core/domain/seeded-random';
import { startLocalAws } from '@foretell/local/testing/local-aws';
import { jest } from '@jest/globals';
import { startAmplitude, type AmplitudeServer } from '../../testing/amplitude-server.ts';
import { bigExport, type BigExport } from '../../testing/big-export.ts';
import { peakMb, startWorkerBench, type WorkerBench } from '../../testing/worker-bench.ts';

/** Of JSON. 2000 in the measurement that docs/adr/0021 tells of; less where minutes count. */
const megabytes = Number(process.env['IMPORT_TEST_MB'] ?? 100);
/** Of everything the process is: see docs/adr/0021 for what was measured. */
const memoryLimitMb = 256;
const kills = 10;

jest.setTimeout(360_000 + megabytes * 2000);

const keys = { apiKey: 'an api key', secretKey: 'a secret key' };
let bench: WorkerBench;
let amplitude: AmplitudeServer | undefined;
beforeAll(async () => {
  bench = await startWorkerBench(startLocalAws);
});
afterEach(async () => {
  bench.killWorkers();
  await amplitude?.stop();
  amplitude = undefined;
});
afterAll(() => bench.stop());

async function startImport({ lines, hours }: BigExport, maxHours: number) {
  amplitude = await startAmplitude({ ...keys, lines, maxHours });
  return bench.startImport({
    kind: 'amplitude',
    settings: { url: amplitude.url },
    credentials: keys,
    asked: { from: '2021-05-27T00:00:00Z' },
    timeColumn: 'event_time',
    until: new Date(Date.UTC(2021, 4, 27, hours + 2)).toISOString(),
  });
}

const jobWhen = (id: string, condition: (row: JobRow) => boolean) =>
  bench.jobWhen(id, condition, 180_000 + megabytes * 1800);
const hoursOf = ({ figures }: JobRow) => (figures['bring'] as { hours?: number } | undefined)?.hours ?? 0;
const isOver = ({ finishedAt }: JobRow) => finishedAt !== null;

test(`an export of ${megabytes} MB is imported by a worker that never has ${memoryLimitMb} MB resident`, async () => {
  const export_ = bigExport(megabytes, 24);
  const imported = await startImport(export_, 6);
  const worker = bench.startWorkers();
  const begun = performance.now();
  const job = await jobWhen(imported.job, isOver);
  expect(job).toMatchObject({ status: 'succeeded', error: null });
  const seconds = (performance.now() - begun) / 1000;
  const peak = peakMb(worker);
  process.stdout.write(
    `imported ${(export_.bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(0)} s, ${peak.toFixed(0)} MB resident at most\n`,
  );
  expect(await bench.countRows(imported, 'uuid')).toEqual({ n: export_.rows, ids: export_.rows });
  expect(peak).toBeLessThan(memoryLimitMb);
});

test(`an import whose worker is killed ${kills} times at random has every row once`, async () => {
  const seed = Date.now() % 1_000_000;
  process.stderr.write(`the worker is killed at random, seed ${seed}\n`);
  const random = seededRandom(seed);
  const export_ = bigExport(12, 24);
  const imported = await startImport(export_, 1);
  let hoursDone = 0;
  for (let killed = 0; killed < kills; killed++) {
    const worker = bench.startWorkers();
    // At least one hour further than at the last kill, then anywhere in the next ones: SQS gives a message up at its fifth.
    const row = await jobWhen(imported.job, (now) => hoursOf(now) > hoursDone || isOver(now));
    hoursDone = hoursOf(row);
    await delay(random() * 1000);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
  bench.startWorkers();
  expect(await jobWhen(imported.job, isOver)).toMatchObject({ status: 'succeeded', error: null });
  expect(await bench.countRows(imported, 'uuid')).toEqual({ n: export_.rows, ids: export_.rows });
  const sets = await bench.database.read.findBy(featureSets, { dataset: imported.dataset });
  expect(sets.filter(({ readyAt }) => readyAt !== null)).toHaveLength(1);
});
