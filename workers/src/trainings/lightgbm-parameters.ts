import type { TrainingParameters } from '@foretell/core/contracts/control-api/trainings';
import type { Recipe } from '@foretell/core/contracts/recipe';

const objectives = { binary: 'binary', multiclass: 'multiclass', regression: 'regression' } as const;
const metrics = { binary: 'binary_logloss', multiclass: 'multi_logloss', regression: 'rmse' } as const;

/** LightGBM's own parameters, wherever it trains. */
export function lightGbmParameters(recipe: Recipe, asked: TrainingParameters['parameters']) {
  return {
    objective: objectives[recipe.task],
    metric: metrics[recipe.task],
    ...(recipe.task === 'multiclass' ? { num_class: recipe.classes?.length ?? 0 } : {}),
    learning_rate: asked.learningRate,
    num_leaves: asked.leaves,
    min_data_in_leaf: asked.minRowsInLeaf,
    seed: asked.seed,
    deterministic: true,
    force_row_wise: true,
    verbosity: -1,
  };
}
