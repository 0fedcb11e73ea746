import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { modelCard, type OnlineFeaturesManifest } from '@foretell/core/contracts/model-version';
import { createEvaluator } from '@foretell/core/domain/lightgbm/evaluator';
import { seededRandom } from '@foretell/core/domain/seeded-random';
import { openOnlineFeatures } from '@foretell/core/node/online-feature-reader';
import { compileScoringSet } from '@foretell/spark-jobs/compile-scoring-set';
import { compileSnapshot } from '@foretell/spark-jobs/compile-snapshot';
import { duckDbDialect, stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, withDuckDb } from '@foretell/spark-jobs/duckdb';
import { runEmbedded } from '@foretell/spark-jobs/embedded-runner';
import type { JobSpec } from '@foretell/spark-jobs/job';
import { planInputs } from '../../../prediction-api/src/model-store/model-inputs.ts';
import { buildVector } from '../../../prediction-api/src/predict/build-vector.ts';
import { bringFeatureSet, openFeatureSet } from '../../../workers/src/runs/feature-set.ts';
import { createJobBench, type JobBench } from '../../../workers/src/testing/job-bench.ts';
import { encodeSnapshot, onlineColumns } from '../../../workers/src/trainings/snapshot-file.ts';
import { scoreRows } from '../../../workers/src/batch-predictions/score-rows.ts';

/** A batch's probabilities are those that the prediction API's own code computes for the same entities and moment. */

jest.setTimeout(180_000);

const dayMs = 86_400_000;
const firstDay = Math.floor(Date.UTC(2024, 1, 20) / dayMs);
const askedDay = firstDay + 58;
const customers = 400;

interface Purchase {
  who: string;
  at: string;
  amount: number | null;
  product: string | null;
  gift: boolean;
  label: number;
}

function purchases(): Purchase[] {
  const random = seededRandom(11);
  const one = (who: number, day: number): Purchase => {
    const amount = random() < 0.1 ? null : Number((random() * 1000).toFixed(2));
    const gift = random() < 0.4;
    return {
      who: `k${who}`,
      at: new Date(day * dayMs + Math.floor(random() * dayMs)).toISOString(),
      amount,
      product: random() < 0.1 ? null : `p${Math.floor(random() * 12)}`,
      gift,
      label: random() < (gift ? 0.6 : 0.2) + (amount ?? 0) / 4000 ? 1 : 0,
    };
  };
  const past = Array.from({ length: 8_000 }, () =>
    one(Math.floor(random() * customers), firstDay + Math.floor(random() * 60)),
  );
  return [...past, ...Array.from({ length: customers }, (_, who) => one(who, askedDay))];
}

const csvOf = (rows: readonly Purchase[]) =>
  ['who,at,amount,product,gift,label', ...rows.map((row) => Object.values(row).join(','))].join('\n');

let bench: JobBench;
let dir: string;
beforeAll(async () => {
  bench = await createJobBench();
  dir = await mkdtemp(join(tmpdir(), 'foretell-batch-online-'));
});
afterAll(async () => {
  await bench.close();
  await rm(dir, { recursive: true });
});

test('every row of a day has, bit by bit, the probability that the prediction API computes', async () => {
  const rows = purchases();
  const { dataset } = await bench.importFile(csvOf(rows), 'csv', 'at');
  const question = { entity: 'who', time: 'at', label: { column: 'label' }, exclude: [] };
  const recipe = await bench.propose({ dataset, ...question, knownAfterDays: { label: 2 } });
  const { model } = await bench.train(recipe, { parameters: { rounds: 60 } });
  const keys = await bench.versionKeys(model);
  const card = await bench.lake.getJson(keys.card, modelCard);
  const { body } = await bench.lake.get(keys.model);
  const evaluator = createEvaluator(new TextDecoder().decode(body));

  const { workspace, context, importDeps } = bench;
  const featureSet = await openFeatureSet(bench.lake, { workspace, dataset, featureSet: 1 });
  const source = await bringFeatureSet(bench.lake, featureSet, dir, context.signal);
  const duckDb = { ...importDeps.engine, tempDir: join(dir, 'spill') };
  const run = async (name: string, job: JobSpec) => {
    const outputDir = join(dir, name);
    await mkdir(outputDir);
    await runEmbedded(job, { outputDir, duckDb, signal: context.signal });
    return join(outputDir, 'part-00000.parquet');
  };

  const scoring = await run('scoring', compileScoringSet(recipe, source, duckDbDialect));
  const predictions = join(dir, 'predictions.parquet');
  await scoreRows({ from: [scoring], to: predictions }, card, evaluator, duckDb, () => Promise.resolve());
  const batch = await withDuckDb(duckDb, (connection) =>
    query(
      connection,
      `SELECT entity, epoch_ms(row_time) AS ms, probability FROM read_parquet(${stringLiteral(predictions)})`,
    ),
  );
  const inBatch = new Map(
    batch.map(({ entity, ms, probability }) => [`${String(entity)} ${Number(ms)}`, probability]),
  );

  const columns = onlineColumns(recipe, card.inputs);
  const snapshot = await run('snapshot', compileSnapshot(recipe, source, duckDbDialect, askedDay));
  const file = await withDuckDb(duckDb, (connection) => encodeSnapshot(connection, [snapshot], columns));
  const asOf = new Date(askedDay * dayMs).toISOString();
  const size = { entities: file.entities, bytes: file.body.length, sha256: file.sha256 };
  const manifest: OnlineFeaturesManifest = {
    ...{ version: 1, model, n: 1, asOf, columns, createdAt: asOf },
    ...size,
  };
  await bench.lake.putNew('features.bin', file.body);
  const memory = { preloadBytes: 1e9, cachedRows: 10 };
  const reader = await openOnlineFeatures(bench.lake, 'features.bin', manifest, memory);
  const plan = planInputs(card, manifest);

  const ofTheDay = rows.filter(({ at }) => Math.floor(Date.parse(at) / dayMs) === askedDay);
  expect(ofTheDay.length).toBeGreaterThanOrEqual(customers);
  const out = new Float64Array(1);
  const probabilities = new Set<number>();
  for (const { who, at, amount, product, gift } of ofTheDay) {
    const features = { at, amount, product, gift };
    const online = await reader.find(who);
    evaluator.predict(buildVector(plan, { entity: who, features }, online, 0).values, out);
    expect(inBatch.get(`${who} ${Date.parse(at)}`)).toBe(out[0]);
    probabilities.add(out[0] ?? NaN);
  }
  expect(probabilities.size).toBeGreaterThan(100);
});
