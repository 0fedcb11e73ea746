import type { TrainingParameters } from '@foretell/core/contracts/control-api/trainings';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { compileTraining } from '@foretell/spark-jobs/compile-training';
import { compileTrainingSet } from '@foretell/spark-jobs/compile-training-set';
import type { RunRequest } from '../runs/job-runs.ts';
import { lightGbmParameters } from './lightgbm-parameters.ts';
import { patience, trainingRules } from './training-rules.ts';

/** Cells of each split that are brought back to measure the model on. */
const measuredCells = 30_000_000;

/**
 * The training set's statements and, on Spark, the training itself where `fromRows` rows or more may come out: whether they
 * did, the run counts before it trains.
 */
export function compileTrainingRun(
  recipe: Recipe,
  { parameters: asked }: TrainingParameters,
  fromRows: number,
): RunRequest['compile'] {
  return (source, dialect) => {
    const job = compileTrainingSet(recipe, source, dialect);
    const [output] = job.outputs;
    const most = Math.min(source.rows, recipe.sampling.maxRows);
    if (dialect.name !== 'spark' || most < fromRows || !output) return job;
    const parameters = lightGbmParameters(recipe, asked);
    const training = compileTraining(recipe, output.file, {
      rules: trainingRules,
      fromRows,
      measuredRows: Math.floor(measuredCells / recipe.features.length),
      objective: parameters.objective,
      rounds: asked.rounds,
      patience,
      seed: asked.seed,
      parameters,
    });
    return { ...job, training };
  };
}
