import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { againstOracle } from './check-by-oracle.ts';
import { differences, readRows, withReader } from './compare.ts';
import { compileConditions, wronglyAnswered } from './conditions.ts';
import { fileNames, type Event } from './events.ts';
import { eventsIn } from './events-in.ts';
import { prepare, prepareJob, sparkResult, type PreparedCase, type PreparedJob } from './parity-case.ts';
import type { EventsShape } from './random-events.ts';
import { anyRecipe } from './random-recipes.ts';
import {
  everyCalendarPart,
  everyHistory,
  history,
  idFeature,
  recipeOver,
  type RecipeFeature,
} from './recipes.ts';
import { smallDataConf, sparkSubmit, whySparkCannotRun } from '../src/testing/spark-submit.ts';

/** Changing it makes other random recipes and events. */
const seed = 20_240_229;
const randomRecipes = 5;
const sparkMs = 1_200_000;
const compareMs = 60_000;

const isLate = { kind: 'comparison', column: fileNames.small, op: '>', value: 3 } as const;
const rates = [
  history('rate', 'small', 30, 1, { equals: 'label' }),
  history('rate', 'small', null, 0, { equals: 'label' }),
  history('rate', 'flag', 7, 0, { equals: { value: true } }),
  history('rate', 'kind', 90, 0.25, { equals: { value: "it's" } }),
  history('rate', 'kind', null, 0, { equals: { value: 'x\\y' } }),
  history('rate', 'amount', 90, 0, { equals: { value: 0 } }),
];

interface DataCase {
  name: string;
  shape: Omit<EventsShape, 'seed'>;
  /** The recipe's other datasets. */
  others?: Omit<EventsShape, 'seed'>[];
  recipe: Recipe;
  snapshotDay?: number;
}

const visits = { rows: 500, people: 13, days: 200, awkward: 0.15 };
const visitsOfRecipe = {
  name: 'visits',
  dataset: '0190163d-8694-739b-aea5-966c26f8ad92',
  featureSet: 1,
  entity: fileNames.who,
  time: fileNames.seen,
};
const ofVisits = (features: readonly RecipeFeature[]): RecipeFeature[] =>
  features.map((feature) => ({ ...feature, of: visitsOfRecipe.name, name: `visits: ${feature.name}` }));

const busy = { rows: 700, people: 15, days: 150, awkward: 0.12 };
const dataCases: DataCase[] = [
  {
    name: 'every aggregate of decimals and booleans over every window, and every calendar part',
    shape: busy,
    recipe: recipeOver({
      label: isLate,
      task: 'binary',
      classes: [false, true],
      features: [idFeature, ...everyCalendarPart, ...everyHistory(['amount', 'flag'], 0), ...rates],
    }),
  },
  {
    name: 'every aggregate of huge integers, text, dates and times, known half a day later',
    shape: busy,
    recipe: recipeOver({
      label: { kind: 'column', column: fileNames.kind },
      task: 'multiclass',
      classes: ['a', 'b', "it's", 'x\\y', '🙂'],
      features: [idFeature, ...everyHistory(['whole', 'kind', 'born', 'seen'], 0.5)],
    }),
  },
  {
    name: 'events so sparse that most windows are empty',
    shape: { rows: 120, people: 15, days: 3000, awkward: 0.3 },
    recipe: recipeOver({
      label: { kind: 'column', column: fileNames.amount },
      task: 'regression',
      features: [idFeature, ...everyHistory(['small'], 2)],
    }),
  },
  {
    name: 'whether an event happens within a week, learned from some rows only',
    shape: busy,
    recipe: recipeOver({
      label: {
        kind: 'future',
        as: 'happens',
        column: fileNames.kind,
        where: { op: '=', value: "it's" },
        days: 7,
      },
      task: 'binary',
      classes: [false, true],
      features: [idFeature, history('count', 'flag', 30)],
      filter: [{ column: fileNames.small, op: '>', value: -1 }],
      split: { validation: 0.15, test: 0.2, embargoDays: 7 },
    }),
  },
  {
    name: 'what comes of decimals in the next thirty days',
    shape: busy,
    recipe: recipeOver({
      label: { kind: 'future', as: 'sum', column: fileNames.amount, days: 30 },
      task: 'regression',
      features: [idFeature, history('mean', 'small', 30, 0.5)],
      split: { validation: 0.15, test: 0.2, embargoDays: 30 },
    }),
  },
  {
    name: 'the past in another dataset, of two lags, beside the rows’ own',
    shape: { ...busy, rows: 250 },
    others: [visits],
    recipe: recipeOver({
      label: isLate,
      task: 'binary',
      classes: [false, true],
      features: [
        idFeature,
        ...ofVisits(everyHistory(['amount', 'kind'], 0.5, [7, null])),
        ...ofVisits(everyHistory(['whole'], 3, [30])),
        ...everyHistory(['small'], 0.5, [7]),
      ],
      events: [visitsOfRecipe],
    }),
  },
  {
    name: 'the online features of every entity of two datasets on a leap day',
    shape: busy,
    others: [visits],
    recipe: recipeOver({
      label: isLate,
      task: 'binary',
      classes: [false, true],
      features: [
        ...everyHistory(['amount', 'kind'], 0),
        ...rates,
        ...ofVisits(everyHistory(['flag'], 0.5, [7, null])),
      ],
      events: [visitsOfRecipe],
    }),
    snapshotDay: Date.UTC(2024, 1, 29) / 86_400_000,
  },
  ...fc.sample(anyRecipe, { seed, numRuns: randomRecipes }).map((recipe, i) => ({
    name: `random recipe ${i + 1} of seed ${seed}`,
    shape: { rows: 400, people: 4 + i * 2, days: 15 + i * 40, awkward: 0.1 },
    others: (recipe.events ?? []).map(() => ({ ...visits, rows: 200 })),
    recipe,
  })),
];

const missing = whySparkCannotRun();
const onSpark = missing === null ? describe : describe.skip;

onSpark(`Spark answers what the embedded engine answers${missing === null ? '' : ` (${missing})`}`, () => {
  const prepared = new Map<string, PreparedCase & { events: Event[]; others: Event[][] }>();
  let filters: PreparedJob & { events: Event[] };
  let dir: string;
  let exit: Awaited<ReturnType<typeof sparkSubmit>>;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'foretell-parity-'));
    for (const [i, dataCase] of dataCases.entries()) {
      const folder = join(dir, String(i));
      const rows = await eventsIn(folder, { ...dataCase.shape, seed: seed + i });
      const others = [];
      for (const [j, other] of (dataCase.others ?? []).entries())
        others.push(await eventsIn(`${folder}-other-${j}`, { ...other, seed: seed + 100 * (j + 1) + i }));
      const source = { ...rows.source, events: others.map((each) => each.source) };
      prepared.set(dataCase.name, {
        ...(await prepare({ ...dataCase, source }, folder)),
        events: rows.events,
        others: others.map(({ events }) => events),
      });
    }
    const { events, source } = await eventsIn(join(dir, 'filters'), { ...busy, seed });
    filters = {
      ...(await prepareJob((dialect) => compileConditions(source, dialect), source, join(dir, 'filters'))),
      events,
    };
    exit = await sparkSubmit(
      [...prepared.values(), filters].map(({ sparkDir }) => sparkDir),
      smallDataConf,
    );
  }, sparkMs);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test(
    'every operator of a filter over every type',
    async () => {
      const onSpark = await sparkResult(filters.sparkDir);
      if ('failure' in onSpark) throw new Error(`${onSpark.failure}\n${exit.tail}`);
      await withReader(dir, async (connection) => {
        const rows = await readRows(connection, filters.sparkDir, onSpark);
        expect(rows).toHaveLength(filters.events.length);
        expect(differences(await readRows(connection, filters.duckDbDir, filters.embedded), rows)).toEqual(
          [],
        );
        expect(wronglyAnswered(rows, filters.events)).toEqual([]);
      });
    },
    compareMs,
  );

  test.each(dataCases.map(({ name }) => name))(
    '%s',
    async (name) => {
      const { recipe, source, embedded, duckDbDir, sparkDir, events, others, snapshotDay } =
        prepared.get(name)!;
      const onSpark = await sparkResult(sparkDir);
      if ('failure' in onSpark) throw new Error(`${onSpark.failure}\n${exit.tail}`);
      await withReader(dir, async (connection) => {
        const rows = await readRows(connection, duckDbDir, embedded);
        expect(rows.length).toBeGreaterThan(10);
        expect(differences(rows, await readRows(connection, sparkDir, onSpark))).toEqual([]);
        if (snapshotDay === undefined)
          expect(againstOracle(recipe, source, events, rows, others)).toEqual([]);
      });
      expect(onSpark.figures).toEqual(embedded.figures);
      expect(onSpark.columns).toEqual(embedded.columns);
    },
    compareMs,
  );
});
