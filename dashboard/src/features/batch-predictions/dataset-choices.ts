import type { Dataset } from '@foretell/core/contracts/control-api/datasets';
import type { Recipe } from '@foretell/core/contracts/recipe';

/** The columns that a model's features are computed from: a dataset without one of them cannot be predicted for. */
function neededColumns({ entity, time, label, features }: Recipe): string[] {
  const ofFeatures = features.flatMap((feature) => {
    if (feature.kind === 'column') return [feature.column];
    if (feature.kind === 'calendar' || feature.of !== undefined) return [];
    if (feature.equals === 'label') return [label.column];
    return feature.column === null ? [] : [feature.column];
  });
  return [...new Set([entity, time, ...ofFeatures])];
}

/** As many missing columns as are named. */
const named = 3;

function lacks(missing: readonly string[]): string {
  const others = missing.length - named;
  return `${missing.slice(0, named).join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}

/** The datasets with data, those that can be predicted for first; each other one says what it lacks. */
export function datasetChoices(datasets: readonly Dataset[], recipe: Recipe) {
  const needed = neededColumns(recipe);
  const choices = datasets.flatMap(({ id, name, schema, latestFeatureSet }) => {
    if (schema === null || latestFeatureSet === null) return [];
    const there = new Set(schema.columns.map((column) => column.name));
    const missing = needed.filter((column) => !there.has(column));
    return missing.length === 0
      ? [{ value: id, label: name, disabled: false }]
      : [{ value: id, label: `${name} (lacks ${lacks(missing)})`, disabled: true }];
  });
  return [...choices.filter(({ disabled }) => !disabled), ...choices.filter(({ disabled }) => disabled)];
}

/** The columns that can go along with each prediction: any that can name a row, but those that do anyway. */
export function keyChoices(
  datasets: readonly Dataset[],
  dataset: string,
  { entity, time }: Recipe,
): string[] {
  const columns = datasets.find(({ id }) => id === dataset)?.schema?.columns ?? [];
  return columns
    .filter(({ name, type }) => type !== 'double' && name !== entity && name !== time)
    .map(({ name }) => name);
}
