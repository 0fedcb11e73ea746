import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { trainingRequest } from '@foretell/core/contracts/control-api/trainings';
import { recipe as recipeSchema } from '@foretell/core/contracts/recipe';
import { baselineOutputs } from '@foretell/core/domain/metrics/describe';
import { mainLoss } from '@foretell/core/domain/metrics/score';
import { sparkDialect } from '@foretell/spark-jobs/dialect';
import { withDuckDb } from '@foretell/spark-jobs/duckdb';
import { runManifest } from '@foretell/spark-jobs/job';
import { sparkJobOf } from '@foretell/spark-jobs/spark/spark-job';
import { lateFlights, writeFlights } from '@foretell/spark-jobs/testing/flights';
import {
  smallDataConf,
  sparkSubmit,
  sparkTrainerConf,
  whySparkCannotTrain,
} from '@foretell/spark-jobs/testing/spark-submit';
import type { RunningJob } from '../jobs/run-job.ts';
import { createMemoryLake } from '../testing/memory-lake.ts';
import { compileTrainingRun } from './compile-training-run.ts';
import { predictColumns } from './evaluate-model.ts';
import { trainModel, type TrainedModel } from './train-model.ts';
import { bringTrainedOnSpark } from './trained-on-spark.ts';
import { readTrainingData, splitNames, type SplitData } from './training-data.ts';

/** Models that the real runner makes of real flights on Spark, beside those of a worker's own trainer on the same rows. */

const asked = trainingRequest.parse({ parameters: { rounds: 40, leaves: 15 } });
const duckDb = { threads: 2, memoryMb: 1000 };
const trainer = { python: '.tools/runtime/bin/python', threads: 2, memoryMb: 6000, timeoutMs: 120_000 };
const sparkMs = 600_000;
const trainMs = 120_000;

const ofRow = [
  { kind: 'column', name: 'from', column: 'origin', type: 'category' },
  { kind: 'calendar', name: 'hour', part: 'hour' },
  { kind: 'calendar', name: 'weekday', part: 'weekday' },
];
const past = { kind: 'history', windowDays: 7, knownAfterDays: 1, type: 'number' };
const flights = { ...lateFlights, entity: 'origin', classes: undefined };
const recipes = {
  regression: recipeSchema.parse({
    ...flights,
    label: { kind: 'column', column: 'delay' },
    task: 'regression',
    features: [
      ...ofRow,
      { kind: 'column', name: 'to', column: 'destination', type: 'category' },
      { ...past, name: 'usual delay', aggregate: 'mean', column: 'delay' },
    ],
  }),
  /** Nobody flies to the last of its classes, which the trainer has to be told of. */
  multiclass: recipeSchema.parse({
    ...flights,
    label: { kind: 'column', column: 'destination' },
    task: 'multiclass',
    classes: ['LAX', 'PHX', 'SAN', 'LAS', 'nowhere'],
    features: [
      ...ofRow,
      { kind: 'column', name: 'delay', column: 'delay', type: 'number' },
      { ...past, name: 'flights', aggregate: 'count', column: null },
    ],
  }),
};
type Task = keyof typeof recipes;
const tasks = Object.keys(recipes) as Task[];

const missing = whySparkCannotTrain();
const onSpark = missing === null ? describe : describe.skip;

onSpark(`what Spark trains${missing === null ? '' : ` (${missing})`}`, () => {
  let dir: string;
  let tail: string;
  let job: RunningJob;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'foretell-trained-on-spark-'));
    job = { dir, signal: new AbortController().signal } as RunningJob;
    const where = "origin IN ('SJC', 'OAK', 'BUR') AND date < TIMESTAMP '2001-02-15 00:00:00'";
    const path = join(dir, 'flights.parquet');
    const source = await withDuckDb({ ...duckDb, tempDir: join(dir, 'spill') }, (connection) =>
      writeFlights(connection, where, path, path),
    );
    for (const task of tasks) {
      await mkdir(join(dir, task));
      const compiled = compileTrainingRun(recipes[task], asked, 1000)(source, sparkDialect);
      await writeFile(join(dir, task, 'job.json'), JSON.stringify(sparkJobOf(compiled, source)));
    }
    const folders = tasks.map((task) => join(dir, task));
    ({ tail } = await sparkSubmit(folders, { ...smallDataConf, ...sparkTrainerConf() }));
  }, sparkMs);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test.each(tasks)(
    'a %s model is scored by our evaluator as by its trainer, and is the model of a worker’s trainer',
    async (task) => {
      const recipe = recipes[task];
      const { lake, training, written } = await left(task);
      const brought = await bringTrainedOnSpark(
        { lake, duckDb: { ...duckDb, tempDir: join(dir, 'spill') } },
        job,
        '',
        training,
        recipe,
        asked,
      );
      const own = await trainedHere(task, written);
      expect(brought.rows).toEqual({
        train: own.data.train.rows,
        validation: own.data.validation.rows,
        test: own.data.test.rows,
      });
      expect(brought.data.inputs).toEqual(own.data.inputs);
      expect(brought.trained.evaluator.outputs).toBe(recipe.classes?.length ?? 1);
      expect(brought.trained.rounds).toBe(own.trained.rounds);
      expect(fromTrainers(brought.trained)).toBe(0);
      for (const split of splitNames)
        expect(betweenModels(brought.trained, own.trained, own.data[split])).toBe(0);
      const { test, train } = brought.data;
      const outputs = predictColumns(brought.trained.evaluator, test.columns, test.rows);
      const average = baselineOutputs(recipe.task, train.labels, test.rows, recipe.classes?.length ?? 0);
      const loss = (answers: Float64Array[]) => mainLoss(recipe.task, answers, test.labels);
      expect(loss(outputs)).toBeLessThan(loss(average));
    },
    trainMs,
  );

  /** What the run has left, as an object store would give it, and the training set's paths. */
  async function left(task: Task) {
    const folder = join(dir, task);
    const lake = createMemoryLake();
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) {
        const path = join(entry.parentPath, entry.name);
        await lake.putNew(relative(folder, path), await readFile(path));
      }
    if ((await lake.size('manifest.json')) === null) throw new Error(`Spark has not trained:\n${tail}`);
    const { training, files } = await lake.getJson('manifest.json', runManifest);
    if (!training) throw new Error(`Spark has left the training of the ${task} to a worker`);
    return { lake, training, written: files.map(({ file }) => join(folder, file)) };
  }

  async function trainedHere(task: Task, written: readonly string[]) {
    const own = join(dir, `${task}-here`);
    await mkdir(own);
    const data = await withDuckDb({ ...duckDb, tempDir: join(own, 'spill') }, (connection) =>
      readTrainingData(connection, written, recipes[task]),
    );
    const trained = await trainModel(trainer, own, data, recipes[task], asked, job.signal, () => undefined);
    return { data, trained };
  }
});

type Scored = Pick<TrainedModel, 'evaluator'>;

/** Of the raw scores of strange rows: those of our evaluator and those of the trainer. */
function fromTrainers({ evaluator, checkRows }: TrainedModel): number {
  const out = new Float64Array(evaluator.outputs);
  const apart = checkRows.rows.flatMap((row, index) => {
    evaluator.raw(
      Float64Array.from(row, (cell) => (cell === null ? NaN : Number(cell))),
      out,
    );
    return [...out].map((score, k) => Math.abs(score - (checkRows.raw[index]?.[k] ?? NaN)));
  });
  return Math.max(...apart);
}

/** Of the raw scores of the rows: those of two models. */
function betweenModels(a: Scored, b: Scored, { columns, rows }: SplitData): number {
  const [left, right] = [new Float64Array(a.evaluator.outputs), new Float64Array(b.evaluator.outputs)];
  let largest = 0;
  for (let row = 0; row < rows; row++) {
    const vector = Float64Array.from(columns, (column) => column[row] ?? NaN);
    a.evaluator.raw(vector, left);
    b.evaluator.raw(vector, right);
    left.forEach((score, k) => (largest = Math.max(largest, Math.abs(score - (right[k] ?? NaN)))));
  }
  return largest;
}
