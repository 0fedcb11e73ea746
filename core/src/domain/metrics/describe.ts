import type { ModelMetrics } from '../../contracts/model-version.ts';
import type { Task } from '../../contracts/recipe.ts';
import { likeliest, type Outputs } from './score.ts';

type Calibration = ModelMetrics['calibration'];

/**
 * Bins of equal count, from the lowest prediction to the highest: what was predicted on average against what came. For
 * several classes every (row, class) is one prediction: its probability against whether the row was of the class.
 */
export function calibrationBins(task: Task, outputs: Outputs, labels: Float64Array, bins = 10): Calibration {
  const predicted: number[] = [];
  const observed: number[] = [];
  outputs.forEach((scores, k) => {
    scores.forEach((score, row) => {
      predicted.push(score);
      observed.push(task === 'multiclass' ? Number(labels[row] === k) : (labels[row] ?? NaN));
    });
  });
  const order = [...predicted.keys()].sort((a, b) => (predicted[a] ?? 0) - (predicted[b] ?? 0));
  return Array.from({ length: bins }, (_, bin) => {
    const rows = order.slice(
      Math.floor((bin * order.length) / bins),
      Math.floor(((bin + 1) * order.length) / bins),
    );
    const mean = (values: readonly number[]) =>
      rows.reduce((sum, row) => sum + (values[row] ?? 0), 0) / rows.length;
    return { predicted: mean(predicted), observed: mean(observed), count: rows.length };
  }).filter(({ count }) => count > 0);
}

/** counts[actual][answered]. */
export function confusionCounts(
  outputs: Outputs,
  labels: Float64Array,
  classes: number,
  threshold: number | null,
): number[][] {
  const counts = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  labels.forEach((label, row) => {
    const answered =
      threshold === null ? likeliest(outputs, row) : Number((outputs[0]?.[row] ?? NaN) >= threshold);
    const actual = counts[label];
    if (actual) actual[answered] = (actual[answered] ?? 0) + 1;
  });
  return counts;
}

/** Always answering what the training rows were on average: their mean, or their class shares. */
export function baselineOutputs(
  task: Task,
  trainLabels: Float64Array,
  rows: number,
  classes: number,
): Float64Array[] {
  const share = (k: number) =>
    trainLabels.reduce((n, label) => n + Number(label === k), 0) / trainLabels.length;
  if (task === 'multiclass')
    return Array.from({ length: classes }, (_, k) => new Float64Array(rows).fill(share(k)));
  const mean = trainLabels.reduce((sum, label) => sum + label, 0) / trainLabels.length;
  return [new Float64Array(rows).fill(mean)];
}
