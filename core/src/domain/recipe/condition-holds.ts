import type { Comparison, Condition } from '../../contracts/condition.ts';
import type { Scalar } from '../../contracts/primitives.ts';

/** Whether a cell that is there compares so. */
export function compares({ op, value }: Comparison, cell: Scalar): boolean {
  if (op === '=') return cell === value;
  if (typeof cell !== 'number' || typeof value !== 'number') return false;
  if (op === '>') return cell > value;
  if (op === '>=') return cell >= value;
  return op === '<' ? cell < value : cell <= value;
}

/** Whether the cell of the condition's column passes it: what the compiled SQL says of the row. */
function conditionHolds(condition: Condition, cell: Scalar): boolean {
  if (cell === null) return condition.op === 'is_empty';
  switch (condition.op) {
    case 'is_empty':
      return cell === '';
    case 'is_not_empty':
      return cell !== '';
    case '!=':
      return cell !== condition.value;
    case 'in':
      return condition.values.includes(cell);
    case 'between':
      return typeof cell === 'number' && condition.from <= cell && cell <= condition.to;
    case 'from':
      return Date.parse(String(cell)) >= Date.parse(condition.value);
    case 'before':
      return Date.parse(String(cell)) < Date.parse(condition.value);
    default:
      return compares({ op: condition.op, value: condition.value }, cell);
  }
}

/** Whether all conditions hold of a row as samples have it: times as ISO 8601. */
export const passes = (filter: readonly Condition[], row: Readonly<Record<string, Scalar>>): boolean =>
  filter.every((condition) => conditionHolds(condition, row[condition.column] ?? null));
