import { modelCard, type ModelCard, type ModelMetrics } from '@foretell/core/contracts/model-version';
import type { Scalar } from '@foretell/core/contracts/primitives';
import type { Recipe } from '@foretell/core/contracts/recipe';
import type { TrainedModel } from './train-model.ts';
import type { TrainingData } from './training-data.ts';

const quantiles = 19;

export function makeModelCard(
  model: { id: string; name: string; version: number },
  recipe: Recipe,
  data: TrainingData,
  trained: TrainedModel,
  metrics: ModelMetrics,
  engine: string,
): ModelCard {
  return modelCard.parse({
    version: 1,
    model: model.id,
    modelVersion: model.version,
    name: model.name,
    task: recipe.task,
    recipe,
    inputs: data.inputs,
    classes: recipe.classes ?? null,
    threshold: metrics.threshold?.value ?? null,
    randomValues: randomValues(recipe, data.train.labels),
    trainer: { library: trained.library, version: trained.version, parameters: trained.parameters, engine },
    createdAt: new Date().toISOString(),
  } satisfies ModelCard);
}

/** The classes, or the 5 %, 10 % … 95 % quantiles of the training labels. */
function randomValues({ classes }: Recipe, labels: Float64Array): Scalar[] {
  if (classes) return classes;
  const sorted = Float64Array.from(labels).sort();
  return Array.from(
    { length: quantiles },
    (_, i) => sorted[Math.floor(((i + 1) / (quantiles + 1)) * sorted.length)] ?? 0,
  );
}
