import type { Comparison, Condition } from '@foretell/core/contracts/condition';
import type { ColumnType, Scalar } from '@foretell/core/contracts/primitives';
import { DomainError } from '@foretell/core/domain/errors';
import { doubleLiteral, stringLiteral, type Dialect } from './dialect.ts';

/**
 * Whether `cell` passes the condition; NULL where it is not there to be asked. `field` is the condition's, for the errors
 * that name what of it cannot be asked.
 */
export function conditionSql(
  condition: Condition,
  cell: string,
  type: ColumnType,
  field: string,
  dialect: Dialect,
): string {
  switch (condition.op) {
    case 'is_empty':
      return emptySql(cell, type);
    case 'is_not_empty':
      return `NOT (${emptySql(cell, type)})`;
    case 'in':
      return condition.values
        .map((value, i) => `(${equalsSql(cell, type, value, `${field}.values.${i}`)})`)
        .join(' OR ');
    case 'between':
      return `${comparisonSql({ op: '>=', value: condition.from }, cell, type, `${field}.from`)} AND ${comparisonSql({ op: '<=', value: condition.to }, cell, type, `${field}.to`)}`;
    case 'from':
    case 'before':
      if (type !== 'timestamp' && type !== 'date')
        throw invalid(`${field}.op`, `"${condition.op}" asks a time, and the column is ${type}.`);
      return `${dialect.epochMicros(cell)} ${condition.op === 'from' ? '>=' : '<'} ${micros(condition.value)}`;
    case '!=':
      return `NOT (${equalsSql(cell, type, condition.value, `${field}.value`)})`;
    default:
      return comparisonSql({ op: condition.op, value: condition.value }, cell, type, `${field}.value`);
  }
}

const emptySql = (cell: string, type: ColumnType) =>
  type === 'string' ? `coalesce(${cell}, '') = ''` : `${cell} IS NULL`;

const micros = (moment: string) => BigInt(Date.parse(moment)) * 1000n;

/** Whether `cell` compares so; `field` names the value that cannot be compared with. */
export function comparisonSql(
  { op, value }: Comparison,
  cell: string,
  type: ColumnType,
  field: string,
): string {
  if (op === '=') return equalsSql(cell, type, value, field);
  if (typeof value === 'number' && (type === 'integer' || type === 'double'))
    return `CAST(${cell} AS DOUBLE) ${op} ${doubleLiteral(value)}`;
  throw invalid(field, `"${op}" compares a numeric column with a number.`);
}

/** `cell` = `value`, where the value must be of the column's type. */
export function equalsSql(cell: string, type: ColumnType, value: Scalar, field: string): string {
  if (type === 'string' && typeof value === 'string') return `${cell} = ${stringLiteral(value)}`;
  if (type === 'boolean' && typeof value === 'boolean') return value ? cell : `NOT ${cell}`;
  if ((type === 'integer' || type === 'double') && typeof value === 'number')
    return `CAST(${cell} AS DOUBLE) = ${doubleLiteral(value)}`;
  throw invalid(field, `${JSON.stringify(value)} cannot be compared with a column of type ${type}.`);
}

export function invalid(field: string, detail: string): DomainError {
  return new DomainError('invalid', detail, { problems: [{ field, code: 'invalid', detail }] });
}
