import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { OnlineFeaturesManifest } from '@foretell/core/contracts/model-version';
import { seededRandom } from '@foretell/core/domain/seeded-random';
import { openOnlineFeatures } from '@foretell/core/node/online-feature-reader';
import { compileSnapshot } from '@foretell/spark-jobs/compile-snapshot';
import { compileTrainingSet } from '@foretell/spark-jobs/compile-training-set';
import { duckDbDialect, stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, withDuckDb, type Row } from '@foretell/spark-jobs/duckdb';
import { runEmbedded } from '@foretell/spark-jobs/embedded-runner';
import { featureColumn } from '@foretell/spark-jobs/features-sql';
import { createJobBench, type JobBench } from '../testing/job-bench.ts';
import { bringFeatureSet, openFeatureSet } from '../runs/feature-set.ts';
import { encodeSnapshot, onlineColumns } from './snapshot-file.ts';
import { readTrainingData } from './training-data.ts';

jest.setTimeout(120_000);

const dayMs = 86_400_000;
const firstDay = Math.floor(Date.UTC(2024, 1, 20) / dayMs);
const days = 60;
const customers = 1300;

/** Purchases at random, and on each asked day one by every customer, so that there is a row to compare with. */
function purchases(askedDays: readonly number[]): string {
  const random = seededRandom(7);
  const lines: string[] = [];
  const add = (customer: number, day: number) => {
    const at = new Date(day * dayMs + Math.floor(random() * dayMs)).toISOString();
    const amount = random() < 0.1 ? '' : (random() * 1000).toFixed(2);
    const product = random() < 0.1 ? '' : `p${Math.floor(random() * 12)}`;
    lines.push(`k${customer},${at},${amount},${product},${random() < 0.4},${random() < 0.5 ? 1 : 0}`);
  };
  for (let i = 0; i < 40_000; i++)
    add(Math.floor(random() * customers), firstDay + Math.floor(random() * days));
  for (const day of askedDays) for (let customer = 0; customer < customers; customer++) add(customer, day);
  return `who,at,amount,product,gift,label\n${lines.join('\n')}\n`;
}

let bench: JobBench;
let dir: string;
beforeAll(async () => {
  bench = await createJobBench();
  dir = await mkdtemp(join(tmpdir(), 'foretell-online-'));
});
afterAll(async () => {
  await bench.close();
  await rm(dir, { recursive: true });
});

test('10,000 rows have, number by number, the history that the online file gives for their entity and day', async () => {
  const asked = [3, 11, 20, 29, 33, 41, 50, 58].map((day) => firstDay + day);
  const { dataset } = await bench.importFile(purchases(asked), 'csv', 'at');
  const recipe = await bench.propose({
    dataset,
    entity: 'who',
    time: 'at',
    label: { column: 'label' },
    knownAfterDays: { label: 2, gift: 0.5 },
    exclude: [],
  });
  const { workspace, context, importDeps } = bench;
  const featureSet = await openFeatureSet(bench.lake, { workspace, dataset, featureSet: 1 });
  const source = await bringFeatureSet(bench.lake, featureSet, dir, context.signal);
  const duckDb = { ...importDeps.engine, tempDir: join(dir, 'spill') };
  await runEmbedded(compileTrainingSet(recipe, source, duckDbDialect), {
    outputDir: dir,
    duckDb,
    signal: context.signal,
  });
  const path = join(dir, 'part-00000.parquet');
  const { inputs } = await withDuckDb(duckDb, (connection) => readTrainingData(connection, [path], recipe));
  const rows = await withDuckDb(duckDb, (connection) =>
    query(connection, `SELECT * FROM read_parquet(${stringLiteral(path)})`),
  );
  const dayOf = (row: Row) => Math.floor(Number(row['row_time']) / 1000 / dayMs);

  let compared = 0;
  for (const day of asked) {
    const columns = onlineColumns(recipe, inputs);
    const outputDir = join(dir, String(day));
    await mkdir(outputDir);
    await runEmbedded(compileSnapshot(recipe, source, duckDbDialect, day), {
      outputDir,
      duckDb,
      signal: context.signal,
    });
    const taken = [join(outputDir, 'part-00000.parquet')];
    const file = await withDuckDb(duckDb, (connection) => encodeSnapshot(connection, taken, columns));
    const manifest: OnlineFeaturesManifest = {
      version: 1,
      model: dataset,
      n: day,
      entities: file.entities,
      asOf: new Date(day * dayMs).toISOString(),
      columns,
      bytes: file.body.length,
      sha256: file.sha256,
      createdAt: new Date().toISOString(),
    };
    await bench.lake.putNew(`features-${day}.bin`, file.body);
    // Half of the files are read by ranges, as one too large for memory is.
    const preloadBytes = day % 2 === 0 ? 1e9 : 0;
    const reader = await openOnlineFeatures(bench.lake, `features-${day}.bin`, manifest, {
      preloadBytes,
      cachedRows: 10,
    });
    for (const row of rows.filter((candidate) => dayOf(candidate) === day)) {
      const online = await reader.find(String(row['entity']));
      const history = recipe.features.flatMap((feature, i) =>
        feature.kind === 'history' ? [{ feature, i }] : [],
      );
      const offline = history.map(({ i }) => offlineValue(row[featureColumn(i)], inputs[i]!.categories));
      if (online) expect([...online]).toEqual(offline);
      else expect(offline.every((value) => value === 0 || Number.isNaN(value))).toBe(true);
      compared++;
    }
  }
  expect(compared).toBeGreaterThanOrEqual(10_000);
});

function offlineValue(cell: unknown, categories: readonly string[] | undefined): number {
  if (cell === null || cell === undefined) return NaN;
  if (!categories) return Number(cell);
  const code = categories.indexOf(cell as string);
  return code < 0 ? NaN : code;
}
