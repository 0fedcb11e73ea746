import { join } from 'node:path';
import type { HistoryFeature } from '@foretell/core/contracts/recipe';
import { compileSnapshot } from './compile-snapshot.ts';
import { compileTrainingSet } from './compile-training-set.ts';
import { duckDbDialect } from './dialect.ts';
import { featureColumn } from './features-sql.ts';
import { makeSource, type TestRow } from './testing/make-source.ts';
import { historyOracle } from './testing/oracle.ts';
import { eventColumns, eventRecipe, everyHistoryFeature, randomEvents } from './testing/random-events.ts';
import { runAndRead, withFolder } from './testing/run-job.ts';

const columns = { entity: 'who', time: 'at' };
const isLabel = ({ items }: TestRow) => (typeof items === 'number' ? items >= 3 : null);

/** Sums run on values rounded to 12 digits of the column's largest: as near as that, and relative to their size. */
function expectNear(got: unknown, expected: unknown, feature: HistoryFeature, where: string): void {
  if (typeof expected !== 'number' || typeof got !== 'number') {
    if (got !== expected)
      throw new Error(`${where} ${JSON.stringify(feature)}: ${String(got)} instead of ${String(expected)}`);
    return;
  }
  const tolerance = feature.aggregate === 'std' ? 1e-4 : 1e-6;
  if (Math.abs(got - expected) > tolerance * Math.max(1, Math.abs(expected)))
    throw new Error(`${where} ${JSON.stringify(feature)}: ${got} instead of ${expected}`);
}

test.each([1, 2])(
  'every aggregate, window and delay knows exactly the days before the row (seed %i)',
  async (seed) => {
    const events = randomEvents(250, seed);
    const features = everyHistoryFeature();
    await withFolder(async (dir) => {
      const source = await makeSource(join(dir, 'events.parquet'), eventColumns, events);
      const { rows } = await runAndRead(
        compileTrainingSet(eventRecipe(features), source, duckDbDialect),
        dir,
      );
      const labelled = events.filter((row) => row['at'] !== null && row['items'] !== null);
      expect(rows.length).toBe(labelled.length);
      for (const row of rows.filter((_, i) => i % 8 === seed)) {
        const [entity, t] = [row['entity'] as string | null, Number(row['row_time'])];
        features.forEach((feature, i) => {
          const expected = historyOracle(events, columns, feature, isLabel, entity, t);
          // A row of nobody has no history of its own, and nobody else's.
          const wanted = entity === null && expected !== 0 ? null : expected;
          expectNear(row[featureColumn(i)], wanted, feature, `${String(entity)} at ${t}`);
        });
      }
    });
  },
);

test('a row without an entity has an empty history', async () => {
  const feature: HistoryFeature = {
    kind: 'history',
    name: 'n',
    aggregate: 'count',
    column: null,
    windowDays: null,
    knownAfterDays: 0,
    type: 'number',
  };
  await withFolder(async (dir) => {
    const events = randomEvents(300, 9);
    const source = await makeSource(join(dir, 'events.parquet'), eventColumns, events);
    const { rows } = await runAndRead(compileTrainingSet(eventRecipe([feature]), source, duckDbDialect), dir);
    const nobody = rows.filter((row) => row['entity'] === null);
    expect(nobody.length).toBeGreaterThan(0);
    expect(new Set(nobody.map((row) => row['f0']))).toEqual(new Set([0]));
  });
});

test('the snapshot of a day is what a row on that day is given, for every entity', async () => {
  const events = randomEvents(400, 4);
  const features = everyHistoryFeature();
  const recipe = eventRecipe(features);
  await withFolder(async (dir) => {
    const source = await makeSource(join(dir, 'events.parquet'), eventColumns, events);
    const training = await runAndRead(compileTrainingSet(recipe, source, duckDbDialect), dir);
    const days = new Set(training.rows.map((row) => Math.floor(Number(row['row_time']) / 86_400_000_000)));
    let compared = 0;
    for (const day of [...days].slice(0, 5)) {
      const snapshot = await runAndRead(compileSnapshot(recipe, source, duckDbDialect, day), dir);
      const byEntity = new Map(snapshot.rows.map((row) => [row['entity'], row]));
      for (const row of training.rows) {
        const t = Number(row['row_time']);
        if (Math.floor(t / 86_400_000_000) !== day || row['entity'] === null) continue;
        const online = byEntity.get(row['entity']);
        features.forEach((_, i) => {
          const offline = row[featureColumn(i)];
          const value = online?.[featureColumn(i)] ?? null;
          if (online === undefined) expect(offline === null || offline === 0).toBe(true);
          else expect(value).toBe(offline);
        });
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(10);
  });
});
