import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { compileTrainingSet } from '../src/compile-training-set.ts';
import { duckDbDialect } from '../src/dialect.ts';
import { runEmbedded } from '../src/embedded-runner.ts';
import { againstOracle } from './check-by-oracle.ts';
import { readRows, withReader } from './compare.ts';
import { eventsIn } from './events-in.ts';
import { anyRecipe } from './random-recipes.ts';

const recipes = 50;
/** The same recipes each time: a change is never failed by another's luck. RANDOM_RECIPES_SEED tries others. */
const seed = Number(process.env['RANDOM_RECIPES_SEED'] ?? 20_240_229);
/** After which what failed is told as small as it has become by then. */
const searchMs = 100_000;
const testMs = 400_000;

/** Spark's side of it is in spark-parity.integration.test.ts: the two answer alike, so what is true here is true there. */
test(
  'any recipe over any events, and over other datasets’ events, is what looking at each of them finds',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'foretell-random-recipes-'));
    let tried = 0;
    try {
      await fc.assert(
        fc.asyncProperty(
          anyRecipe,
          fc.record({
            seed: fc.nat(1_000_000),
            rows: fc.integer({ min: 0, max: 160 }),
            people: fc.integer({ min: 1, max: 15 }),
            days: fc.constantFrom(2, 40, 400),
            awkward: fc.constantFrom(0, 0.1, 0.3),
          }),
          async (recipe, shape) => {
            const folder = join(dir, String(tried++));
            await mkdir(folder);
            const { events, source } = await eventsIn(join(folder, 'rows'), shape);
            const others = [];
            for (const { name } of recipe.events ?? [])
              others.push(
                await eventsIn(join(folder, name), { ...shape, seed: shape.seed + others.length + 1 }),
              );
            const whole = { ...source, events: others.map((each) => each.source) };
            const manifest = await runEmbedded(compileTrainingSet(recipe, whole, duckDbDialect), {
              outputDir: folder,
              duckDb: { threads: 1, memoryMb: 1024, tempDir: join(folder, 'spill') },
              signal: new AbortController().signal,
            });
            const rows = await withReader(folder, (connection) => readRows(connection, folder, manifest));
            expect(
              againstOracle(
                recipe,
                whole,
                events,
                rows,
                others.map((each) => each.events),
              ),
            ).toEqual([]);
          },
        ),
        { seed, numRuns: recipes, interruptAfterTimeLimit: searchMs },
      );
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
  testMs,
);
