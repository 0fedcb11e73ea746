import { seededRandom } from '../seeded-random.ts';
import { baselineOutputs, calibrationBins, confusionCounts } from './describe.ts';
import { permutationImportance } from './permutation-importance.ts';
import {
  areaUnderRoc,
  averagePrecision,
  bestThreshold,
  precisionRecallPoints,
  rankSteps,
  rocPoints,
} from './ranking.ts';
import { mainLoss, scoreOutputs } from './score.ts';

const of = (...values: number[]) => Float64Array.from(values);

// scikit-learn's own documentation: roc_auc_score and average_precision_score of these are 0.75 and 0.83….
const labels = of(0, 0, 1, 1);
const scores = of(0.1, 0.4, 0.35, 0.8);

test('ranking scores are scikit-learn’s on its documented example', () => {
  const steps = rankSteps(scores, labels);
  expect(areaUnderRoc(steps)).toBe(0.75);
  expect(averagePrecision(steps)).toBeCloseTo(0.8333333333333333, 15);
});

test('AUC is the share of ordered pairs, ties counting half, whatever the order of the rows', () => {
  const random = seededRandom(3);
  for (let trial = 0; trial < 20; trial++) {
    const rows = Array.from({ length: 60 }, () => ({
      score: Math.floor(random() * 8) / 8,
      label: Number(random() < 0.4),
    }));
    let [ordered, pairs] = [0, 0];
    for (const a of rows.filter(({ label }) => label === 1))
      for (const b of rows.filter(({ label }) => label === 0)) {
        pairs++;
        ordered += a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0;
      }
    const steps = rankSteps(
      Float64Array.from(rows, (r) => r.score),
      Float64Array.from(rows, (r) => r.label),
    );
    expect(areaUnderRoc(steps)).toBeCloseTo(ordered / pairs, 12);
  }
});

test('AUC of one class alone is no number, and is left out of the scores', () => {
  expect(areaUnderRoc(rankSteps(of(0.2, 0.3), of(1, 1)))).toBeNaN();
  expect(scoreOutputs('binary', [of(0.2, 0.3)], of(1, 1), 0.5)).not.toHaveProperty('auc');
});

test('binary scores by hand', () => {
  const { logLoss, brier, accuracy } = scoreOutputs('binary', [scores], labels, 0.5);
  const expected = -(Math.log(0.9) + Math.log(0.6) + Math.log(0.35) + Math.log(0.8)) / 4;
  expect(logLoss).toBeCloseTo(expected, 14);
  expect(brier).toBeCloseTo((0.01 + 0.16 + 0.4225 + 0.04) / 4, 14);
  expect(accuracy).toBe(0.75);
});

test('a certain and wrong answer costs a finite log loss', () => {
  expect(scoreOutputs('binary', [of(0, 1)], of(1, 0), 0.5).logLoss).toBeCloseTo(36.04, 1);
});

test('multiclass scores by hand', () => {
  const outputs = [of(0.7, 0.2, 0.1), of(0.2, 0.5, 0.3), of(0.1, 0.3, 0.6)];
  const actual = of(0, 2, 2);
  const result = scoreOutputs('multiclass', outputs, actual, null);
  expect(result.accuracy).toBeCloseTo(2 / 3, 14);
  expect(result.logLoss).toBeCloseTo(-(Math.log(0.7) + Math.log(0.3) + Math.log(0.6)) / 3, 14);
  expect(result.brier).toBeCloseTo((0.09 + 0.04 + 0.01 + 0.04 + 0.25 + 0.49 + 0.01 + 0.09 + 0.16) / 3, 14);
  // Class 0 against the rest: 1; class 2: 1 (0.3 and 0.6 above 0.1); class 1 has no row.
  expect(result.auc).toBe(1);
});

test('regression scores by hand', () => {
  const { rmse, mae, r2 } = scoreOutputs('regression', [of(1, 2, 4)], of(1, 3, 5), null);
  expect(rmse).toBeCloseTo(Math.sqrt(2 / 3), 14);
  expect(mae).toBeCloseTo(2 / 3, 14);
  expect(r2).toBeCloseTo(1 - 2 / 8, 14);
});

test('the ROC curve runs from (0, 0) to (1, 1) and thins without losing its ends', () => {
  const random = seededRandom(5);
  const many = Float64Array.from({ length: 5000 }, random);
  const points = rocPoints(
    rankSteps(
      many,
      many.map((p) => Number(random() < p)),
    ),
    50,
  );
  expect(points).toHaveLength(51);
  expect(points[0]).toEqual({ fpr: 0, tpr: 0 });
  expect(points[50]).toEqual({ fpr: 1, tpr: 1 });
  expect(points.every(({ tpr }, i) => i === 0 || tpr >= points[i - 1]!.tpr)).toBe(true);
});

test('precision and recall at every step', () => {
  expect(precisionRecallPoints(rankSteps(scores, labels))).toEqual([
    { recall: 0.5, precision: 1 },
    { recall: 0.5, precision: 0.5 },
    { recall: 1, precision: 2 / 3 },
    { recall: 1, precision: 0.5 },
  ]);
});

test('the best threshold is found by trying them all', () => {
  const random = seededRandom(11);
  const p = Float64Array.from({ length: 300 }, random);
  const y = p.map((value) => Number(random() < value ** 2));
  const f1 = (threshold: number) => {
    const [[, fp], [fn, tp]] = confusionCounts([p], y, 2, threshold) as [[number, number], [number, number]];
    return (2 * tp) / (2 * tp + fp + fn);
  };
  const best = Math.max(...Array.from(p, f1));
  expect(f1(bestThreshold(rankSteps(p, y), 'f1'))).toBeCloseTo(best, 12);
  const accuracy = (threshold: number) => scoreOutputs('binary', [p], y, threshold).accuracy!;
  expect(accuracy(bestThreshold(rankSteps(p, y), 'accuracy'))).toBeCloseTo(
    Math.max(...Array.from(p, accuracy)),
    12,
  );
});

test('calibration bins hold equal counts, and a calibrated model lies on the diagonal', () => {
  const random = seededRandom(2);
  const p = Float64Array.from({ length: 20_000 }, random);
  const bins = calibrationBins(
    'binary',
    [p],
    p.map((value) => Number(random() < value)),
  );
  expect(bins).toHaveLength(10);
  for (const { predicted, observed, count } of bins) {
    expect(count).toBe(2000);
    expect(Math.abs(predicted - observed)).toBeLessThan(0.05);
  }
});

test('confusion counts rows by what they are and what was answered', () => {
  expect(confusionCounts([scores], labels, 2, 0.4)).toEqual([
    [1, 1],
    [1, 1],
  ]);
  const outputs = [of(0.7, 0.2), of(0.2, 0.5), of(0.1, 0.3)];
  expect(confusionCounts(outputs, of(0, 2), 3, null)).toEqual([
    [1, 0, 0],
    [0, 0, 0],
    [0, 1, 0],
  ]);
});

test('the baseline answers the training mean, or the training shares', () => {
  expect(baselineOutputs('binary', of(0, 1, 1, 1), 2, 2)).toEqual([of(0.75, 0.75)]);
  expect(baselineOutputs('multiclass', of(0, 1, 1, 2), 1, 3)).toEqual([of(0.25), of(0.5), of(0.25)]);
});

test('only the input that the answers hang on has a permutation importance', () => {
  const random = seededRandom(8);
  const [a, b] = [Float64Array.from({ length: 500 }, random), Float64Array.from({ length: 500 }, random)];
  const y = a.map((value) => Number(value > 0.5));
  const lossOf = ([first]: readonly Float64Array[]) => mainLoss('binary', [first!], y);
  const base = lossOf([a, b]);
  expect(base).toBe(-1);
  const used = permutationImportance([a, b], 0, lossOf, base, 5, random);
  expect(used.loss).toBeGreaterThan(0.4);
  expect(used.std).toBeLessThan(0.1);
  expect(permutationImportance([a, b], 1, lossOf, base, 5, random)).toEqual({ loss: 0, std: 0 });
});
