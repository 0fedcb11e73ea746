import type { Scalar } from '@foretell/core/contracts/primitives';
import type { Condition, Recipe } from '@foretell/core/contracts/recipe';
import type { Call } from './snippets.ts';

type Row = Record<string, Scalar>;

function holds({ column, op, value }: Condition, row: Row): boolean {
  const cell = row[column] ?? null;
  if (op === '=') return cell === value;
  if (typeof cell !== 'number' || typeof value !== 'number') return false;
  if (op === '>') return cell > value;
  if (op === '>=') return cell >= value;
  return op === '<' ? cell < value : cell <= value;
}

/** A call with values of a real row, one that the model's filter lets pass if there is any, so that it answers when pasted. */
export function exampleCall(recipe: Recipe, rows: readonly Row[]): Pick<Call, 'entity' | 'features'> {
  const { entity, features, filter = [] } = recipe;
  const row = rows.find((one) => filter.every((condition) => holds(condition, one))) ?? rows[0];
  const sent = features.flatMap((feature) => (feature.kind === 'column' ? [feature.column] : []));
  return {
    entity: String(row?.[entity] ?? 'some-entity'),
    features: Object.fromEntries(sent.map((column) => [column, row?.[column] ?? null])),
  };
}
