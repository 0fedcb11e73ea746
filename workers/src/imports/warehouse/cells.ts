import type { RowBatch } from '@foretell/backend/db/warehouses/warehouse-session';
import type { CellSink } from '../rows/cell.ts';

const wholeNumber = /^-?\d+$/;
const [least, greatest] = [-(2n ** 63n), 2n ** 63n - 1n];
const date = /^\d{4}-\d{2}-\d{2}$/;
/** A time with a zone is of UTC here: the session's. */
const time = /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)(?:\+00)?$/;
const yes: readonly string[] = ['t', '1', 'true'];

const isTime = (text: string) => !Number.isNaN(Date.parse(`${text.replace(' ', 'T')}Z`));
const isDate = (text: string) => date.test(text) && !Number.isNaN(Date.parse(text));

/**
 * A database's row as cells. NULL, NaN and the infinite are nothing; whole numbers are exact within 64 bits; a time that
 * no calendar has (`infinity`, `0000-00-00`) stays a text, which its column then keeps apart.
 */
export function databaseCells(
  columns: RowBatch['columns'],
  row: RowBatch['rows'][number],
  sink: CellSink,
): void {
  for (const [index, { name, kind }] of columns.entries()) {
    const text = row[index] ?? null;
    if (text === null) continue;
    if (kind === 'string') {
      if (text !== '') sink(name, 'string', text);
    } else if (kind === 'number') number(name, text, sink);
    else if (kind === 'boolean') sink(name, 'boolean', yes.includes(text));
    else if (kind === 'date') sink(name, isDate(text) ? 'date' : 'string', text);
    else {
      const at = time.exec(text)?.[1];
      if (at !== undefined && isTime(at)) sink(name, 'timestamp', at);
      else sink(name, 'string', text);
    }
  }
}

function number(name: string, text: string, sink: CellSink): void {
  const value = Number(text);
  if (!Number.isFinite(value)) return;
  if (Number.isSafeInteger(value) || !wholeNumber.test(text)) sink(name, 'number', value);
  else {
    const exact = BigInt(text);
    sink(name, 'number', exact >= least && exact <= greatest ? exact : value);
  }
}
