import { join } from 'node:path';
import type { TrainingParameters } from '@foretell/core/contracts/control-api/trainings';
import type { ModelInput } from '@foretell/core/contracts/model-version';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { DomainError } from '@foretell/core/domain/errors';
import { createEvaluator, type Evaluator } from '@foretell/core/domain/lightgbm/evaluator';
import { isSameScore, verifyEvaluator } from '@foretell/core/domain/lightgbm/verify';
import type { Lake } from '@foretell/core/node/lake';
import { downloadFile } from '@foretell/core/node/lake-files';
import { inputColumn, trainingFiles } from '@foretell/spark-jobs/compile-training';
import { withDuckDb, type DuckDbOptions } from '@foretell/spark-jobs/duckdb';
import type { RunManifest } from '@foretell/spark-jobs/job';
import type { RunningJob } from '../jobs/run-job.ts';
import { toCheckRows } from './check-rows.ts';
import { learningCurve } from './learning-curve.ts';
import { lightGbmParameters } from './lightgbm-parameters.ts';
import {
  readCheckRows,
  readInputs,
  readMeasured,
  readSplits,
  type Measured,
} from './spark-training-files.ts';
import type { TrainedModel } from './train-model.ts';
import { splitNames, type TrainingData } from './training-data.ts';

export interface TrainedOnSpark {
  /** Rows drawn evenly from each split, on which the model is measured. */
  data: TrainingData;
  /** Rows there were. */
  rows: Record<(typeof splitNames)[number], number>;
  trained: TrainedModel;
}

/**
 * Brings what a run has trained: the model, and rows with the trainer's own scores. There is no model unless our evaluator
 * gives every one of them the same.
 */
export async function bringTrainedOnSpark(
  { lake, duckDb }: { lake: Lake; duckDb: DuckDbOptions },
  job: RunningJob,
  prefix: string,
  training: NonNullable<RunManifest['training']>,
  recipe: Recipe,
  { parameters: asked }: TrainingParameters,
): Promise<TrainedOnSpark> {
  const text = await lake.get(`${prefix}${training.model}`);
  const model = new TextDecoder().decode(text.body);
  const evaluator = createEvaluator(model);
  const paths = await bringFiles(lake, job, prefix, training.files);
  const read = await withDuckDb(duckDb, async (connection) => {
    const inputs = await readInputs(connection, paths(trainingFiles.dictionary), recipe);
    const splits = await readSplits(connection, paths(trainingFiles.splits));
    const measured = await readMeasured(connection, paths(trainingFiles.measured), recipe, splits);
    const check = await readCheckRows(connection, paths(trainingFiles.check), recipe);
    return { inputs, splits, measured, check };
  });
  const { inputs, splits, measured } = read;
  for (const split of splitNames) verifyMeasured(evaluator, inputs, measured[split]);
  const raw = read.check.map((row) => row.slice(inputs.length));
  const checkRows = toCheckRows(
    inputs,
    read.check.map((row) => row.slice(0, inputs.length)),
    raw,
  );
  verifyEvaluator(evaluator, checkRows);
  const data = { inputs, labelled: splits.labelled, ...measured };
  const curve = learningCurve(model, data, recipe.task);
  const { library, version } = training;
  const rounds = (model.match(/^Tree=/gm) ?? []).length / evaluator.outputs;
  const parameters = lightGbmParameters(recipe, asked);
  return {
    data,
    rows: { train: splits.train.n, validation: splits.validation.n, test: splits.test.n },
    trained: { library, version, model, evaluator, checkRows, raw, parameters, rounds, curve },
  };
}

/** The run's files here, by the name of their output. */
async function bringFiles(lake: Lake, job: RunningJob, prefix: string, files: RunManifest['files']) {
  const brought: { file: string; path: string }[] = [];
  for (const [index, { file, rows }] of files.entries()) {
    const path = join(job.dir, `trained-${index}.parquet`);
    await downloadFile(lake, `${prefix}${file}`, path, job.signal);
    if (rows > 0) brought.push({ file, path });
  }
  return (output: string): string[] =>
    brought.filter(({ file }) => file.includes(`${output}/`)).map(({ path }) => path);
}

function verifyMeasured(
  evaluator: Evaluator,
  inputs: readonly ModelInput[],
  { columns, rows, raw }: Measured,
) {
  const vector = new Float64Array(inputs.length);
  const out = new Float64Array(evaluator.outputs);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < vector.length; i++) vector[i] = columns[i]?.[row] ?? NaN;
    evaluator.raw(vector, out);
    for (const [k, scores] of raw.entries())
      if (!isSameScore(out[k] ?? NaN, scores[row] ?? NaN))
        throw new DomainError(
          'invalid',
          `The model is refused: a row scores ${out[k]} here and ${scores[row]} at Spark's trainer (its first input, ${inputColumn(0)}, is ${vector[0]}).`,
        );
  }
}
