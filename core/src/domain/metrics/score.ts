import type { Scores } from '../../contracts/model-version.ts';
import type { Task } from '../../contracts/recipe.ts';
import { areaUnderRoc, averagePrecision, rankSteps } from './ranking.ts';

/** What a model answered: one array an output (a probability a class; binary: the positive's; regression: the value). */
export type Outputs = readonly Float64Array[];

/** Probabilities are kept this far from 0 and 1 in the log loss, as scikit-learn does with doubles. */
const probabilityFloor = Number.EPSILON;

const clamped = (p: number) => Math.min(1 - probabilityFloor, Math.max(probabilityFloor, p));

const first = (outputs: Outputs): Float64Array => outputs[0] ?? new Float64Array();

/** The mean over all rows of what `of` says of each. */
function meanOver(labels: Float64Array, of: (label: number, row: number) => number): number {
  let sum = 0;
  labels.forEach((label, row) => (sum += of(label, row)));
  return sum / labels.length;
}

/** Every score of the task, on rows whose labels are 0/1, class indexes, or values. Not-a-number scores are left out. */
export function scoreOutputs(
  task: Task,
  outputs: Outputs,
  labels: Float64Array,
  threshold: number | null,
): Scores {
  if (task === 'regression') return defined(regressionScores(first(outputs), labels));
  if (task === 'binary') return defined(binaryScores(first(outputs), labels, threshold ?? 0.5));
  return defined(multiclassScores(outputs, labels));
}

function defined(scores: Scores): Scores {
  return Object.fromEntries(Object.entries(scores).filter(([, value]) => Number.isFinite(value)));
}

function binaryScores(probabilities: Float64Array, labels: Float64Array, threshold: number): Scores {
  const steps = rankSteps(probabilities, labels);
  const p = (row: number) => probabilities[row] ?? NaN;
  return {
    auc: areaUnderRoc(steps),
    logLoss: binaryLogLoss(probabilities, labels),
    brier: meanOver(labels, (label, row) => (p(row) - label) ** 2),
    accuracy: meanOver(labels, (label, row) => (p(row) >= threshold === (label === 1) ? 1 : 0)),
    averagePrecision: averagePrecision(steps),
  };
}

const binaryLogLoss = (probabilities: Float64Array, labels: Float64Array): number =>
  meanOver(labels, (label, row) => {
    const p = clamped(probabilities[row] ?? NaN);
    return -Math.log(label === 1 ? p : 1 - p);
  });

/** AUC: the mean over classes of that class against the rest. Brier: the sum over classes. */
function multiclassScores(outputs: Outputs, labels: Float64Array): Scores {
  return {
    auc: mean(
      outputs.map((scores, k) => areaUnderRoc(rankSteps(scores, isClass(labels, k)))).filter(Number.isFinite),
    ),
    logLoss: multiclassLogLoss(outputs, labels),
    brier: meanOver(labels, (label, row) =>
      outputs.reduce((sum, scores, k) => sum + ((scores[row] ?? NaN) - (label === k ? 1 : 0)) ** 2, 0),
    ),
    accuracy: meanOver(labels, (label, row) => (likeliest(outputs, row) === label ? 1 : 0)),
  };
}

const multiclassLogLoss = (outputs: Outputs, labels: Float64Array): number =>
  meanOver(labels, (label, row) => -Math.log(clamped(outputs[label]?.[row] ?? NaN)));

const isClass = (labels: Float64Array, k: number) => labels.map((label) => (label === k ? 1 : 0));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The class with the highest score; the first of equals. */
export function likeliest(outputs: Outputs, row: number): number {
  let best = 0;
  outputs.forEach((scores, k) => {
    if ((scores[row] ?? -Infinity) > (outputs[best]?.[row] ?? -Infinity)) best = k;
  });
  return best;
}

function regressionScores(values: Float64Array, labels: Float64Array): Scores {
  const error = (label: number, row: number) => (values[row] ?? NaN) - label;
  const squared = meanOver(labels, (label, row) => error(label, row) ** 2);
  const middle = meanOver(labels, (label) => label);
  const variance = meanOver(labels, (label) => (label - middle) ** 2);
  return {
    rmse: Math.sqrt(squared),
    mae: meanOver(labels, (label, row) => Math.abs(error(label, row))),
    r2: 1 - squared / variance,
  };
}

/** The score that importances are measured by; lower is better, so AUC is negated. */
export function mainLoss(task: Task, outputs: Outputs, labels: Float64Array): number {
  if (task === 'binary') return -areaUnderRoc(rankSteps(first(outputs), labels));
  if (task === 'multiclass') return multiclassLogLoss(outputs, labels);
  return Math.sqrt(meanOver(labels, (label, row) => ((first(outputs)[row] ?? NaN) - label) ** 2));
}

export const mainMeasure = (task: Task): 'auc' | 'logLoss' | 'rmse' =>
  task === 'binary' ? 'auc' : task === 'multiclass' ? 'logLoss' : 'rmse';
