import type { Task } from '@foretell/core/contracts/recipe';
import { evaluatorOf } from '@foretell/core/domain/lightgbm/evaluator';
import { parseModel } from '@foretell/core/domain/lightgbm/parse-model';
import { scoreOutputs } from '@foretell/core/domain/metrics/score';
import { predictColumns } from './evaluate-model.ts';
import type { Round } from './run-trainer.ts';
import type { SplitData, TrainingData } from './training-data.ts';

const points = 25;
const rowsOfEach = 20_000;

/**
 * The losses after some of the rounds, where the trainer told of none: the model's first trees alone, on rows spread evenly
 * over the time of each split.
 */
export function learningCurve(text: string, { train, validation }: TrainingData, task: Task): Round[] {
  const model = parseModel(text);
  const rounds = model.trees.length / model.outputs;
  const [seen, unseen] = [spread(train), spread(validation)];
  return roundsToTell(rounds).map((round) => {
    const evaluator = evaluatorOf({ ...model, trees: model.trees.slice(0, round * model.outputs) });
    const loss = ({ columns, labels, rows }: Pick<SplitData, 'columns' | 'labels' | 'rows'>) => {
      const { logLoss, rmse } = scoreOutputs(task, predictColumns(evaluator, columns, rows), labels, null);
      return logLoss ?? rmse ?? NaN;
    };
    return { round, train: loss(seen), validation: loss(unseen) };
  });
}

function roundsToTell(rounds: number): number[] {
  const told = Array.from({ length: points }, (_, i) => Math.ceil(((i + 1) * rounds) / points));
  return [...new Set([1, ...told])].filter((round) => round <= rounds);
}

function spread({ columns, labels, rows: all }: SplitData) {
  const rows = Math.min(all, rowsOfEach);
  const some = (values: Float64Array) =>
    Float64Array.from({ length: rows }, (_, i) => values[Math.floor((i * all) / rows)] ?? NaN);
  return { rows, columns: columns.map(some), labels: some(labels) };
}
