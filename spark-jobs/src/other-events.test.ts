import { join } from 'node:path';
import type { HistoryFeature, Recipe } from '@foretell/core/contracts/recipe';
import { seededRandom } from '@foretell/core/domain/seeded-random';
import { compileScoringSet } from './compile-scoring-set.ts';
import { compileSnapshot } from './compile-snapshot.ts';
import { compileTrainingSet } from './compile-training-set.ts';
import { dayMicros, duckDbDialect } from './dialect.ts';
import type { Row } from './duckdb.ts';
import { featureColumn } from './features-sql.ts';
import type { Source } from './source.ts';
import { makeSource, type TestRow } from './testing/make-source.ts';
import { historyOracle } from './testing/oracle.ts';
import { eventColumns, eventRecipe, randomEvents } from './testing/random-events.ts';
import { runAndRead, withFolder } from './testing/run-job.ts';

const visitColumns = { visitor: 'string', seen: 'timestamp', page: 'string', seconds: 'double' } as const;
const columns = { entity: 'visitor', time: 'seen' };
const lags = { own: 1, visits: 2.5 };

/** Visits of the buyers' and of somebody who never bought, some at the same moment. */
function randomVisits(count: number, seed: number): TestRow[] {
  const random = seededRandom(seed);
  const start = 1_582_588_800_000_000 - 20 * dayMicros;
  const visits: TestRow[] = [];
  for (let i = 0; i < count; i++) {
    const at = start + Math.floor(random() * 140 * dayMicros);
    visits.push({
      visitor: random() < 0.05 ? null : (['a', 'b', 'c', 'Ä', "d'e", 'visitor only'][i % 6] ?? 'a'),
      seen: random() < 0.2 ? (visits.at(-1)?.['seen'] ?? at) : at,
      page: random() < 0.2 ? null : `p${Math.floor(random() * 4)}`,
      seconds: random() < 0.2 ? null : Math.round(random() * 1e4) / 100,
    });
  }
  return visits;
}

const feature = (
  aggregate: HistoryFeature['aggregate'],
  column: string | null,
  windowDays: HistoryFeature['windowDays'],
  more: Partial<HistoryFeature> = {},
): HistoryFeature => ({
  kind: 'history',
  name: `${aggregate} ${column ?? ''} ${windowDays ?? 'all'}`,
  of: 'visits',
  aggregate,
  column,
  windowDays,
  knownAfterDays: lags.visits,
  type: 'number',
  ...more,
});
const features: HistoryFeature[] = [
  ...([7, 30, null] as const).flatMap((days) => [
    feature('count', null, days),
    ...(['sum', 'mean', 'max', 'last'] as const).map((name) => feature(name, 'seconds', days)),
    feature('distinct', 'page', days),
    feature('rate', 'page', days, { equals: { value: 'p1' } }),
    feature('time_since_last', 'page', days),
  ]),
  // As of the row: the last known value of an attribute that changes now and then.
  feature('last', 'page', null, { name: 'page as of', type: 'category' }),
  ...[feature('count', null, 30), feature('sum', 'amount', null), feature('last', 'items', 7)].map(
    ({ of: _, ...rest }) => ({ ...rest, knownAfterDays: lags.own }),
  ),
];
const recipe: Recipe = {
  ...eventRecipe(features),
  events: [
    {
      name: 'visits',
      dataset: '0198f1c0-0000-7000-8000-000000000001',
      featureSet: 1,
      entity: columns.entity,
      time: columns.time,
    },
  ],
};

async function sources(dir: string, name: string, bought: TestRow[], visits: TestRow[]): Promise<Source> {
  const rows = await makeSource(join(dir, `${name}-rows.parquet`), eventColumns, bought);
  return { ...rows, events: [await makeSource(join(dir, `${name}-visits.parquet`), visitColumns, visits)] };
}

const cells = (row: Row | undefined) => features.map((_, i) => row?.[featureColumn(i)] ?? null);
const dayOf = (t: number) => Math.floor(t / dayMicros);

test('features of another dataset’s events are what looking at every one of them finds', async () => {
  const [bought, visits] = [randomEvents(200, 3), randomVisits(500, 4)];
  await withFolder(async (dir) => {
    const source = await sources(dir, 'all', bought, visits);
    const { rows } = await runAndRead(compileTrainingSet(recipe, source, duckDbDialect), dir);
    const labelled = bought.filter((row) => row['at'] !== null && row['items'] !== null);
    expect(rows.length).toBe(labelled.length);
    let some = 0;
    for (const row of rows) {
      features.forEach((asked, i) => {
        if (asked.of === undefined || row['entity'] === null) return;
        const [entity, t] = [row['entity'] as string, Number(row['row_time'])];
        const expected = historyOracle(visits, columns, asked, () => null, entity, t);
        const got = row[featureColumn(i)] ?? null;
        if (typeof expected === 'number') expect(got).toBeCloseTo(expected, 6);
        else expect(got).toBe(expected);
        some += Number(expected !== null && expected !== 0);
      });
    }
    expect(some).toBeGreaterThan(1000);
  });
});

test('a row’s features are the same when nothing had come but what had happened and arrived before it', async () => {
  const [bought, visits] = [randomEvents(250, 5), randomVisits(600, 6)];
  const arrived = (at: TestRow[string], lagDays: number, t: number) =>
    typeof at === 'number' && at + lagDays * dayMicros < t;
  await withFolder(async (dir) => {
    const all = await sources(dir, 'all', bought, visits);
    const { rows } = await runAndRead(compileTrainingSet(recipe, all, duckDbDialect), dir);
    const known = rows.filter(({ entity }) => entity !== null);
    const picked = known.filter((_, i) => i % Math.ceil(known.length / 12) === 0);
    expect(picked.length).toBeGreaterThan(8);
    for (const [n, row] of picked.entries()) {
      const [t, entity] = [Number(row['row_time']), row['entity']];
      const itself = bought.filter((each) => each['at'] === t && each['who'] === entity);
      const before = await sources(
        dir,
        String(n),
        [...bought.filter((each) => arrived(each['at'] ?? null, lags.own, t)), ...itself],
        visits.filter((each) => arrived(each['seen'] ?? null, lags.visits, t)),
      );
      const scored = await runAndRead(compileScoringSet(recipe, before, duckDbDialect), dir);
      const again = scored.rows.filter((each) => Number(each['row_time']) === t && each['entity'] === entity);
      expect(again.length).toBe(itself.length);
      for (const each of again) expect(cells(each)).toEqual(cells(row));
    }
  });
});

test('the online features of a day are what rows on it are given, also of who only ever visited', async () => {
  const [bought, visits] = [randomEvents(400, 7), randomVisits(400, 8)];
  await withFolder(async (dir) => {
    const source = await sources(dir, 'all', bought, visits);
    const training = await runAndRead(compileTrainingSet(recipe, source, duckDbDialect), dir);
    const days = [...new Set(training.rows.map((row) => dayOf(Number(row['row_time']))))].slice(30, 34);
    let compared = 0;
    for (const day of days) {
      const snapshot = await runAndRead(compileSnapshot(recipe, source, duckDbDialect, day), dir);
      const online = new Map(snapshot.rows.map((row) => [row['entity'], row]));
      expect(online.has('visitor only')).toBe(true);
      for (const row of training.rows) {
        if (dayOf(Number(row['row_time'])) !== day || row['entity'] === null) continue;
        const found = online.get(row['entity']);
        if (found) expect(cells(found)).toEqual(cells(row));
        // Nothing was ever known of it: a row of its own day finds nothing either.
        else expect(cells(row).every((cell) => cell === null || cell === 0)).toBe(true);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(5);
  });
});

const changed = (index: number, change: Partial<HistoryFeature>): Recipe => ({
  ...recipe,
  features: recipe.features.map((each, i) => (i === index ? { ...features[index]!, ...change } : each)),
});
test.each<[string, Recipe, string]>([
  ['a column the events do not have', changed(1, { column: 'amount' }), 'features.1.column'],
  ['events that are not there', changed(2, { of: 'clicks' }), 'features.2.of'],
  [
    'the label’s rate in other events',
    changed(3, { aggregate: 'rate', equals: 'label' }),
    'features.3.equals',
  ],
  ['a sum of text', changed(1, { column: 'page' }), 'features.1.column'],
  [
    'events without a time',
    { ...recipe, events: [{ ...recipe.events![0]!, time: 'page' }] },
    'events.0.time',
  ],
  [
    'an entity that is not there',
    { ...recipe, events: [{ ...recipe.events![0]!, entity: 'who' }] },
    'events.0.entity',
  ],
  [
    'two events of one name',
    { ...recipe, events: [recipe.events![0]!, recipe.events![0]!] },
    'events.1.name',
  ],
])('%s is refused, and the field named', async (_, wrong, field) => {
  await withFolder(async (dir) => {
    const source = await sources(dir, 'all', randomEvents(5, 1), randomVisits(5, 1));
    const twice = { ...source, events: [source.events![0]!, source.events![0]!] };
    expect(() => compileTrainingSet(wrong, twice, duckDbDialect)).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ field })] }),
    );
  });
});
