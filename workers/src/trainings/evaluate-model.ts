import { setImmediate } from 'node:timers/promises';
import type { TrainingParameters } from '@foretell/core/contracts/control-api/trainings';
import type { ModelMetrics } from '@foretell/core/contracts/model-version';
import type { Recipe } from '@foretell/core/contracts/recipe';
import type { Evaluator } from '@foretell/core/domain/lightgbm/evaluator';
import { baselineOutputs, calibrationBins, confusionCounts } from '@foretell/core/domain/metrics/describe';
import { permutationImportance } from '@foretell/core/domain/metrics/permutation-importance';
import {
  bestThreshold,
  precisionRecallPoints,
  rankSteps,
  rocPoints,
} from '@foretell/core/domain/metrics/ranking';
import { mainLoss, mainMeasure, scoreOutputs } from '@foretell/core/domain/metrics/score';
import { seededRandom } from '@foretell/core/domain/seeded-random';
import type { SplitData, TrainingData } from './training-data.ts';
import type { Round, Trained } from './run-trainer.ts';

type Threshold = ModelMetrics['threshold'];

/** The model's answers on rows given by columns: one array an output. */
export function predictColumns(
  evaluator: Evaluator,
  columns: readonly Float64Array[],
  rows: number,
): Float64Array[] {
  const outputs = Array.from({ length: evaluator.outputs }, () => new Float64Array(rows));
  const vector = new Float64Array(columns.length);
  const out = new Float64Array(evaluator.outputs);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < columns.length; i++) vector[i] = columns[i]?.[row] ?? NaN;
    evaluator.predict(vector, out);
    for (let k = 0; k < out.length; k++) (outputs[k] as Float64Array)[row] = out[k] ?? NaN;
  }
  return outputs;
}

/** Everything the model page draws, all of it on the test split but the threshold, which the validation split chose. */
export async function evaluateModel(
  evaluator: Evaluator,
  data: TrainingData,
  recipe: Recipe,
  { threshold: chosen, parameters }: TrainingParameters,
  trained: Pick<Trained, 'rounds'> & { curve: readonly Round[] },
): Promise<ModelMetrics> {
  const { test, train, validation } = data;
  const { task } = recipe;
  const classes = recipe.classes?.length ?? 0;
  const threshold = task === 'binary' ? chooseThreshold(evaluator, validation, chosen) : null;
  const outputs = predictColumns(evaluator, test.columns, test.rows);
  const steps = task === 'binary' ? rankSteps(outputs[0] ?? new Float64Array(), test.labels) : null;
  const baseline = baselineOutputs(task, train.labels, test.rows, classes);
  return {
    task,
    rows: { train: train.rows, validation: validation.rows, test: test.rows },
    periods: { train: train.period, validation: validation.period, test: test.period },
    scores: scoreOutputs(task, outputs, test.labels, threshold?.value ?? null),
    baseline: scoreOutputs(task, baseline, test.labels, 0.5),
    threshold,
    confusion:
      task === 'regression'
        ? null
        : {
            labels: recipe.classes ?? [],
            counts: confusionCounts(outputs, test.labels, classes, threshold?.value ?? null),
          },
    roc: steps && rocPoints(steps),
    precisionRecall: steps && precisionRecallPoints(steps),
    calibration: calibrationBins(task, outputs, test.labels),
    importances: await importances(evaluator, data, task, parameters.seed),
    importanceOf: mainMeasure(task),
    learningCurve: thinned(trained.curve),
    rounds: trained.rounds,
  };
}

function chooseThreshold(
  evaluator: Evaluator,
  validation: SplitData,
  chosen: TrainingParameters['threshold'],
): Threshold {
  if (typeof chosen === 'number') return { value: chosen, chosenBy: 'you' };
  const [scores] = predictColumns(evaluator, validation.columns, validation.rows);
  const steps = rankSteps(scores ?? new Float64Array(), validation.labels);
  const words = {
    f1: 'the best F1 on the validation split',
    accuracy: 'the best accuracy on the validation split',
  };
  return { value: bestThreshold(steps, chosen), chosenBy: words[chosen] };
}

const repeats = 3;
/** Evaluations spent on importances: about 3 s. */
const budget = 600_000;

async function importances(
  evaluator: Evaluator,
  { inputs, test }: TrainingData,
  task: Recipe['task'],
  seed: number,
): Promise<ModelMetrics['importances']> {
  const rows = Math.min(test.rows, Math.max(2000, Math.floor(budget / (repeats * inputs.length))));
  const step = test.rows / rows;
  // Spread over the whole test period: the rows are in the order of time.
  const spread = (values: Float64Array) =>
    Float64Array.from({ length: rows }, (_, i) => values[Math.floor(i * step)] ?? NaN);
  const columns = test.columns.map(spread);
  const labels = spread(test.labels);
  const lossOf = (dealt: readonly Float64Array[]) =>
    mainLoss(task, predictColumns(evaluator, dealt, rows), labels);
  const base = lossOf(columns);
  const random = seededRandom(seed);
  const all: ModelMetrics['importances'] = [];
  for (const [input, { name }] of inputs.entries()) {
    all.push({ feature: name, ...permutationImportance(columns, input, lossOf, base, repeats, random) });
    // The queue's heartbeats and the database must have their turn.
    await setImmediate();
  }
  return all.sort((a, b) => b.loss - a.loss);
}

const curvePoints = 300;

export function thinned(curve: readonly Round[]): Round[] {
  if (curve.length <= curvePoints) return [...curve];
  const step = (curve.length - 1) / (curvePoints - 1);
  return Array.from({ length: curvePoints }, (_, i) => curve[Math.round(i * step)]).filter(
    (point) => point !== undefined,
  );
}
