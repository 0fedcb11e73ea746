import type { Condition, Operator } from '@foretell/core/contracts/condition';
import type { ColumnType, Scalar } from '@foretell/core/contracts/primitives';
import { operatorsOf } from '@foretell/core/domain/recipe/check-condition';

/** A condition as the form holds it: the fields of every operator; an empty number is ''. */
export interface AskedCondition {
  column: string;
  op: Operator;
  /** Of a range, where it begins. */
  value: string | number;
  to: string | number;
  values: string[];
}

/** Of a column of this type, as it is first asked. */
export const emptyCondition = (column = '', type?: ColumnType): AskedCondition => ({
  column,
  op: (type && operatorsOf(type)[0]) ?? '=',
  value: '',
  to: '',
  values: [],
});

/** What is missing of it, by its field. */
export function conditionProblems({ column, op, value, to, values }: AskedCondition): Record<string, string> {
  if (column === '') return { column: 'Which column?' };
  if (op === 'is_empty' || op === 'is_not_empty') return {};
  if (op === 'in') return values.length === 0 ? { values: 'One of which?' } : {};
  if (value === '') return { value: op === 'from' || op === 'before' ? 'Which day?' : 'Compare with what?' };
  return op === 'between' && to === '' ? { to: 'Up to what?' } : {};
}

/** As the API asks it of a column of this type. */
export function asCondition(asked: AskedCondition, type: ColumnType | undefined): Condition {
  const { column, op, value, to, values } = asked;
  switch (op) {
    case 'is_empty':
    case 'is_not_empty':
      return { column, op };
    case 'in':
      return { column, op, values: values.map((each) => asColumnType(each, type)) };
    case 'between':
      return { column, op, from: Number(value), to: Number(to) };
    case 'from':
    case 'before':
      return { column, op, value: String(value) };
    default:
      return { column, op, value: asColumnType(value, type) };
  }
}

/** The form's field for a condition's field of the API: `filter.0.values.2`. */
export const conditionFieldOf = (path: string): string =>
  path.replace(/\.from$/, '.value').replace(/\.values\.\d+$/, '.values');

/** A typed-in value as the column's own type. */
export function asColumnType(value: string | number, type: ColumnType | undefined): Scalar {
  if (type === 'boolean') return String(value) === 'true';
  if (type === 'integer' || type === 'double') return Number(value);
  return String(value);
}
