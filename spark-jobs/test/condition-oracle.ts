import type { Comparison, Condition } from '@foretell/core/contracts/condition';
import { columnCalled, eventTypes, type Event, type EventColumn } from './events.ts';

const dayUs = 86_400_000_000;

/** Whether an event whose numbers that are none count as nothing is one that the condition lets pass. */
export function isKept(condition: Condition, event: Event): boolean {
  const column = columnCalled(condition.column);
  const cell = event[column];
  if (cell === null) return condition.op === 'is_empty';
  const micros = eventTypes[column] === 'date' ? Number(cell) * dayUs : Number(cell);
  switch (condition.op) {
    case 'is_empty':
      return cell === '';
    case 'is_not_empty':
      return cell !== '';
    case '!=':
      return !holds({ op: '=', value: condition.value }, cell);
    case 'in':
      return condition.values.some((value) => holds({ op: '=', value }, cell));
    case 'between':
      return Number(cell) >= condition.from && Number(cell) <= condition.to;
    case 'from':
      return micros >= Date.parse(condition.value) * 1000;
    case 'before':
      return micros < Date.parse(condition.value) * 1000;
    default:
      return holds({ op: condition.op, value: condition.value }, cell);
  }
}

export function holds({ op, value }: Comparison, cell: NonNullable<Event[EventColumn]>): boolean {
  if (op === '=') return (typeof cell === 'bigint' ? Number(cell) : cell) === value;
  const [a, b] = [Number(cell), Number(value)];
  return op === '>' ? a > b : op === '>=' ? a >= b : op === '<' ? a < b : a <= b;
}
