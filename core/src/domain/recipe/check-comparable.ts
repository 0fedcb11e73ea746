import type { Comparison } from '../../contracts/condition.ts';
import type { ColumnType } from '../../contracts/primitives.ts';
import { recipeProblem } from './recipe-problem.ts';

/** Numbers compare by every operator, text and booleans only by "="; throws `invalid` naming `field`, the value's. */
export function checkComparable(
  { op, value }: Comparison,
  { name, type }: { name: string; type: ColumnType },
  field: string,
): void {
  const number = (type === 'integer' || type === 'double') && typeof value === 'number';
  if (number || (op === '=' && typeof value === type)) return;
  throw recipeProblem(
    field,
    'wrong_type',
    `"${name}" is ${type}: it cannot be compared by "${op}" with ${JSON.stringify(value)}.`,
  );
}
