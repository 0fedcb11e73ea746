import type { ModelCard, ModelInput, OnlineFeaturesManifest } from '@foretell/core/contracts/model-version';
import type { Feature } from '@foretell/core/contracts/recipe';
import { DomainError } from '@foretell/core/domain/errors';

/** One place of the vector: its name, and how a category's name becomes its code. */
export interface VectorInput {
  name: string;
  /** The name as JSON text. */
  json: string;
  /** Null for a number. */
  categories: readonly string[] | null;
  /** The categories as JSON text, by code. */
  categoriesJson: readonly string[];
  codes: ReadonlyMap<string, number>;
}

export type CalendarPart = Extract<Feature, { kind: 'calendar' }>['part'];

/** Where the values of a vector come from before the request's own features are laid over them. */
export interface ModelInputs {
  inputs: readonly VectorInput[];
  /** Places by the name a request may give a value under: the feature's, or its column's. */
  places: ReadonlyMap<string, number>;
  /** The column whose value is the time a prediction is for. */
  timeColumn: string;
  calendar: readonly { place: number; part: CalendarPart }[];
  /** Names of what only a request can give: the row's own columns, without its entity and its time. */
  sent: readonly string[];
  /** Places that hold the entity itself. */
  entityPlaces: readonly number[];
  online: readonly OnlineColumn[];
}

/** One column of the online feature values and the place it fills. */
export interface OnlineColumn {
  place: number;
  column: number;
  type: 'number' | 'category';
  /** From the column's codes to the input's: NaN for a category the model does not know. */
  recode: readonly number[];
}

/** Throws `invalid` when the card, the model and the online columns do not fit together. */
export function planInputs(card: ModelCard, online: OnlineFeaturesManifest | null): ModelInputs {
  const inputs = card.inputs.map(vectorInput);
  const placeOf = new Map(inputs.map((input, place) => [input.name, place]));
  const features = card.recipe.features.flatMap((feature) => {
    const place = placeOf.get(feature.name);
    return place === undefined ? [] : [{ feature, place }];
  });
  const places = new Map(placeOf);
  for (const { feature, place } of features)
    if (feature.kind === 'column' && !places.has(feature.column)) places.set(feature.column, place);
  return {
    inputs,
    places,
    timeColumn: card.recipe.time,
    calendar: features.flatMap(({ feature, place }) =>
      feature.kind === 'calendar' ? [{ place, part: feature.part }] : [],
    ),
    sent: features.flatMap(({ feature }) =>
      feature.kind === 'column' && feature.column !== card.recipe.entity ? [feature.name] : [],
    ),
    entityPlaces: features.flatMap(({ feature, place }) =>
      feature.kind === 'column' && feature.column === card.recipe.entity ? [place] : [],
    ),
    online: (online?.columns ?? []).flatMap((column, index) => {
      const place = placeOf.get(column.name);
      const input = place === undefined ? undefined : inputs[place];
      if (place === undefined || !input) return [];
      if ((column.type === 'category') !== (input.categories !== null))
        throw new DomainError('invalid', `Online values of "${column.name}" are not of the model's type.`);
      const recode = (column.categories ?? []).map((name) => input.codes.get(name) ?? NaN);
      return [{ place, column: index, type: column.type, recode }];
    }),
  };
}

function vectorInput({ name, type, categories = [] }: ModelInput): VectorInput {
  return {
    name,
    json: JSON.stringify(name),
    categories: type === 'category' ? categories : null,
    categoriesJson: categories.map((category) => JSON.stringify(category)),
    codes: new Map(categories.map((category, code) => [category, code])),
  };
}
