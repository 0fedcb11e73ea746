import type { Scalar } from '@foretell/core/contracts/primitives';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { passes } from '@foretell/core/domain/recipe/condition-holds';
import type { Call } from './snippets.ts';

type Row = Record<string, Scalar>;

/** A call with values of a real row, one that the model's filter lets pass if there is any, so that it answers when pasted. */
export function exampleCall(recipe: Recipe, rows: readonly Row[]): Pick<Call, 'entity' | 'features'> {
  const { entity, features, filter = [] } = recipe;
  const row = rows.find((one) => passes(filter, one)) ?? rows[0];
  const sent = features.flatMap((feature) => (feature.kind === 'column' ? [feature.column] : []));
  return {
    entity: String(row?.[entity] ?? 'some-entity'),
    features: Object.fromEntries(sent.map((column) => [column, row?.[column] ?? null])),
  };
}
