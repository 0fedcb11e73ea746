/** Rows from the highest score to the lowest. */
export function byScoreDescending(scores: Float64Array): Uint32Array {
  return Uint32Array.from(scores.keys()).sort((a, b) => at(scores, b) - at(scores, a));
}

const at = (values: ArrayLike<number>, index: number): number => values[index] ?? NaN;

/** How many positives and negatives score at least each different score, highest first; starts at nothing. */
export interface RankSteps {
  /** The lowest score counted in so far; infinity at the start. */
  threshold: number[];
  positives: number[];
  negatives: number[];
}

/** Rows of equal score are one step: no order among them is better than another. */
export function rankSteps(scores: Float64Array, positive: ArrayLike<number>): RankSteps {
  const steps: RankSteps = { threshold: [Infinity], positives: [0], negatives: [0] };
  let [hits, misses] = [0, 0];
  const order = byScoreDescending(scores);
  order.forEach((row, index) => {
    if (at(positive, row) === 1) hits++;
    else misses++;
    const next = order[index + 1];
    if (next !== undefined && at(scores, next) === at(scores, row)) return;
    steps.threshold.push(at(scores, row));
    steps.positives.push(hits);
    steps.negatives.push(misses);
  });
  return steps;
}

const last = (values: readonly number[]): number => values[values.length - 1] ?? 0;

/** The share of pairs (positive, negative) that the scores put in order; ties count half. NaN with one class only. */
export function areaUnderRoc(steps: RankSteps): number {
  let area = 0;
  for (let i = 1; i < steps.positives.length; i++) {
    const height = (at(steps.positives, i) + at(steps.positives, i - 1)) / 2;
    area += height * (at(steps.negatives, i) - at(steps.negatives, i - 1));
  }
  return area / (last(steps.positives) * last(steps.negatives));
}

/** Σ (recall step × precision), as scikit-learn's average_precision_score. NaN without positives. */
export function averagePrecision(steps: RankSteps): number {
  let sum = 0;
  for (let i = 1; i < steps.positives.length; i++) {
    const hits = at(steps.positives, i);
    sum += (hits - at(steps.positives, i - 1)) * (hits / (hits + at(steps.negatives, i)));
  }
  return sum / last(steps.positives);
}

/** At most `points` + 1 of the steps, evenly spread, first and last among them. */
function thinned(length: number, points: number): number[] {
  const count = Math.min(length - 1, points);
  return Array.from({ length: count + 1 }, (_, i) => Math.round((i * (length - 1)) / Math.max(1, count)));
}

export function rocPoints(steps: RankSteps, points = 200): { fpr: number; tpr: number }[] {
  const [positives, negatives] = [last(steps.positives), last(steps.negatives)];
  return thinned(steps.positives.length, points).map((i) => ({
    fpr: at(steps.negatives, i) / negatives,
    tpr: at(steps.positives, i) / positives,
  }));
}

export function precisionRecallPoints(
  steps: RankSteps,
  points = 200,
): { recall: number; precision: number }[] {
  const positives = last(steps.positives);
  return thinned(steps.positives.length, points)
    .filter((i) => i > 0)
    .map((i) => {
      const hits = at(steps.positives, i);
      return { recall: hits / positives, precision: hits / (hits + at(steps.negatives, i)) };
    });
}

/** The threshold (a score that answers the positive class from there on) that is best by F1 or by accuracy. */
export function bestThreshold(steps: RankSteps, by: 'f1' | 'accuracy'): number {
  const [positives, negatives] = [last(steps.positives), last(steps.negatives)];
  let best = { value: -Infinity, threshold: 0.5 };
  for (let i = 1; i < steps.threshold.length; i++) {
    const [hits, misses] = [at(steps.positives, i), at(steps.negatives, i)];
    const value =
      by === 'f1'
        ? (2 * hits) / (hits + misses + positives)
        : (hits + negatives - misses) / (positives + negatives);
    if (value > best.value) best = { value, threshold: at(steps.threshold, i) };
  }
  return best.threshold;
}
