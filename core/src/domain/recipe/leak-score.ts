import type { ColumnRole, Task } from '../../contracts/recipe.ts';
import type { Scalar } from '../../contracts/primitives.ts';
import { areaUnderRoc, rankSteps } from '../metrics/ranking.ts';

type Leak = NonNullable<ColumnRole['leak']>;

const maxBins = 64;

/** A column that alone reaches this AUC (or R² of ranks) is taken for a copy or a consequence of the label. */
export const leakThreshold = 0.97;

/**
 * How well one column alone tells the label: its values are binned, each bin answers the mean label of the other half of
 * the rows, and the answers are scored. A column of its own missingness is caught too: missing is a bin.
 */
export function leakScore(
  cells: readonly Scalar[],
  labels: Float64Array,
  task: Task,
  classes: number,
): Leak | null {
  const bins = binned(cells);
  if (task === 'regression') return finite({ score: rankR2(bins, labels), measure: 'r2' });
  const positives = task === 'binary' ? [1] : Array.from({ length: classes }, (_, k) => k);
  const areas = positives
    .map((k) => labels.map((label) => Number(label === k)))
    .map((target) => areaUnderRoc(rankSteps(crossAnswers(bins, target), target)))
    .filter(Number.isFinite);
  return finite({ score: areas.reduce((sum, area) => sum + area, 0) / areas.length, measure: 'auc' });
}

const finite = (leak: Leak): Leak | null => (Number.isFinite(leak.score) ? leak : null);

/** A bin's number for each row: quantiles of numbers, values of anything else, and one for missing. */
function binned(cells: readonly Scalar[]): Uint32Array {
  const numbers = cells.filter((cell) => typeof cell === 'number').sort((a, b) => a - b);
  const bounds = new Set(
    Array.from({ length: maxBins }, (_, i) => numbers[Math.floor((i * numbers.length) / maxBins)] ?? 0),
  );
  const sorted = [...bounds].sort((a, b) => a - b);
  const known = new Map<string, number>();
  return Uint32Array.from(cells, (cell) => {
    const bin = typeof cell === 'number' ? `#${lowerBound(sorted, cell)}` : JSON.stringify(cell);
    const number = known.get(bin) ?? known.size;
    known.set(bin, number);
    return number;
  });
}

function lowerBound(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** For each row, the mean of `target` over its bin's rows in the other half (even and odd rows). */
function crossAnswers(bins: Uint32Array, target: Float64Array): Float64Array {
  const size = 1 + bins.reduce((most, bin) => Math.max(most, bin), 0);
  const sums = [new Float64Array(size), new Float64Array(size)];
  const counts = [new Float64Array(size), new Float64Array(size)];
  const overall = target.reduce((sum, value) => sum + value, 0) / target.length;
  bins.forEach((bin, row) => {
    const [sum, count] = [sums[row % 2], counts[row % 2]];
    if (!sum || !count) return;
    sum[bin] = (sum[bin] ?? 0) + (target[row] ?? 0);
    count[bin] = (count[bin] ?? 0) + 1;
  });
  return Float64Array.from(bins, (bin, row) => {
    const other = 1 - (row % 2);
    const count = counts[other]?.[bin] ?? 0;
    return count === 0 ? overall : (sums[other]?.[bin] ?? 0) / count;
  });
}

/** Of ranks, so that a copy is found under any increasing change of scale and heavy tails weigh nothing. */
function rankR2(bins: Uint32Array, labels: Float64Array): number {
  const order = [...labels.keys()].sort((a, b) => (labels[a] ?? 0) - (labels[b] ?? 0));
  const ranks = new Float64Array(labels.length);
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end + 1 < order.length && labels[order[end + 1] ?? 0] === labels[order[start] ?? 0]) end++;
    for (let i = start; i <= end; i++) ranks[order[i] ?? 0] = (start + end) / 2;
    start = end + 1;
  }
  const answers = crossAnswers(bins, ranks);
  const mean = ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length;
  let [residual, total] = [0, 0];
  ranks.forEach((rank, row) => {
    residual += (rank - (answers[row] ?? 0)) ** 2;
    total += (rank - mean) ** 2;
  });
  return 1 - residual / total;
}
