import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingParameters } from '@foretell/core/contracts/control-api/trainings';
import type { CheckRows } from '@foretell/core/contracts/model-version';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { createEvaluator, type Evaluator } from '@foretell/core/domain/lightgbm/evaluator';
import { verifyEvaluator } from '@foretell/core/domain/lightgbm/verify';
import { drawCheckRows, toCheckRows } from './check-rows.ts';
import { lightGbmParameters } from './lightgbm-parameters.ts';
import { runTrainer, type Round, type Trained, type TrainerOptions } from './run-trainer.ts';
import type { SplitData, TrainingData } from './training-data.ts';
import { patience } from './training-rules.ts';

export interface TrainedModel extends Trained {
  library: string;
  evaluator: Evaluator;
  checkRows: CheckRows;
  parameters: Record<string, string | number | boolean>;
  curve: Round[];
}

/** Trains, and proves that our evaluator scores the check rows as the trainer does; otherwise there is no model. */
export async function trainModel(
  options: TrainerOptions,
  dir: string,
  data: TrainingData,
  recipe: Recipe,
  { parameters: asked }: TrainingParameters,
  signal: AbortSignal,
  onRound: (curve: readonly Round[]) => void,
): Promise<TrainedModel> {
  const check = drawCheckRows(data.inputs, data.test, asked.seed);
  await writeSplit(dir, 'train', data.train);
  await writeSplit(dir, 'validation', data.validation);
  await writeColumns(
    join(dir, 'check.f64'),
    data.inputs.map((_, i) => Float64Array.from(check, (row) => row[i] ?? NaN)),
  );
  const parameters = { ...lightGbmParameters(recipe, asked), num_threads: options.threads };
  const curve: Round[] = [];
  const job = {
    parameters,
    rounds: asked.rounds,
    patience,
    inputs: data.inputs.length,
    categorical: data.inputs.flatMap(({ type }, index) => (type === 'category' ? [index] : [])),
    rows: { train: data.train.rows, validation: data.validation.rows, check: check.length },
  };
  const trained = await runTrainer(options, dir, job, signal, (round) => {
    curve.push(round);
    onRound(curve);
  });
  const evaluator = createEvaluator(trained.model);
  const checkRows = toCheckRows(data.inputs, check, trained.raw);
  verifyEvaluator(evaluator, checkRows);
  return { ...trained, library: 'lightgbm', evaluator, checkRows, parameters, curve };
}

async function writeSplit(dir: string, split: string, { columns, labels }: SplitData): Promise<void> {
  await writeColumns(join(dir, `${split}.f64`), columns);
  await writeColumns(join(dir, `${split}-labels.f64`), [labels]);
}

/** Doubles as the machine holds them, which is little-endian on every machine that Node runs on here. */
function writeColumns(path: string, columns: readonly Float64Array[]): Promise<void> {
  return writeFile(
    path,
    columns.map((column) => new Uint8Array(column.buffer, column.byteOffset, column.byteLength)),
  );
}
