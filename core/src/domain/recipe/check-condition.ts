import type { Condition, Operator } from '../../contracts/condition.ts';
import type { ColumnType, Scalar } from '../../contracts/primitives.ts';
import { recipeProblem } from './recipe-problem.ts';

const ofText = ['=', '!=', 'in'] as const;
const ofNumbers = ['=', '!=', '<', '<=', '>', '>=', 'between', 'in'] as const;
const ofTimes = ['from', 'before'] as const;
const ofType: Record<ColumnType, readonly Operator[]> = {
  string: ofText,
  integer: ofNumbers,
  double: ofNumbers,
  boolean: ['=', '!='],
  timestamp: ofTimes,
  date: ofTimes,
};

/** What a filter can ask of a column of this type. */
export const operatorsOf = (type: ColumnType): Operator[] => [...ofType[type], 'is_empty', 'is_not_empty'];

interface Column {
  name: string;
  type: ColumnType;
}

/** Throws `invalid` naming what of `field`, the condition's, cannot be asked of the column. */
export function checkCondition(condition: Condition, column: Column, field: string): void {
  const { name, type } = column;
  const operators = operatorsOf(type);
  if (!operators.includes(condition.op))
    throw recipeProblem(
      `${field}.op`,
      'wrong_type',
      `"${name}" is ${type}: it cannot be asked by "${condition.op}", but by ${operators.join(', ')}.`,
    );
  if (condition.op === 'between' && condition.from > condition.to)
    throw recipeProblem(
      `${field}.to`,
      'reversed',
      `Nothing lies between ${condition.from} and ${condition.to}.`,
    );
  if (condition.op === 'in')
    condition.values.forEach((value, i) => checkValue(value, column, `${field}.values.${i}`));
  else if ('value' in condition && type !== 'timestamp' && type !== 'date')
    checkValue(condition.value, column, `${field}.value`);
}

function checkValue(value: Scalar, { name, type }: Column, field: string): void {
  const wanted = type === 'integer' || type === 'double' ? 'number' : type;
  if (typeof value === wanted) return;
  throw recipeProblem(
    field,
    'wrong_type',
    `"${name}" is ${type}: it cannot be compared with ${JSON.stringify(value)}.`,
  );
}
