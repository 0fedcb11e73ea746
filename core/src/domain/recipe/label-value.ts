import type { Scalar } from '../../contracts/primitives.ts';
import type { Recipe } from '../../contracts/recipe.ts';
import { compares } from './condition-holds.ts';

/** The label of a cell as the trainer takes it: a class's index, or the value itself; NaN where there is none. */
export function createLabelReader({
  label,
  task,
  classes,
}: Pick<Recipe, 'label' | 'task' | 'classes'>): (cell: Scalar | undefined) => number {
  // What comes after a row is in none of its cells.
  if (label.kind === 'future') return () => NaN;
  if (label.kind === 'comparison') {
    return (cell) => (cell === null || cell === undefined ? NaN : Number(compares(label, cell)));
  }
  if (task === 'regression')
    return (cell) => (typeof cell === 'number' || typeof cell === 'boolean' ? Number(cell) : NaN);
  return (cell) => {
    const index = (classes ?? []).indexOf(cell ?? null);
    return index < 0 ? NaN : index;
  };
}
