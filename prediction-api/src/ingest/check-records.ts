import type { AcceptedRecord } from '@foretell/core/contracts/messages';
import type { ColumnType, Scalar } from '@foretell/core/contracts/primitives';
import type { ServingDataset } from '@foretell/core/contracts/serving-manifest';
import { isObject, isScalar } from '../predict/check-prediction-request.ts';
import { parseTime } from '../predict/parse-time.ts';

/** Why a record was not accepted: the first thing wrong with it. */
export interface Rejection {
  index: number;
  record_id: string | null;
  field: string;
  code: string;
  detail: string;
}

export interface CheckedRecord extends AcceptedRecord {
  /** The caller gave the id: it dedupes. */
  named: boolean;
}

export interface CheckedRecords {
  valid: CheckedRecord[];
  rejected: Rejection[];
}

type Problem = Pick<Rejection, 'field' | 'code' | 'detail'>;

const maxRecordId = 256;
const maxColumns = 2000;
const expected: Record<ColumnType, string> = {
  string: 'a text',
  integer: 'a whole number',
  double: 'a number',
  boolean: 'true or false',
  timestamp: 'a time in ISO 8601',
  date: 'a date as yyyy-mm-dd',
};

/** Sorts records into those that fit the dataset and those that do not. */
export function checkRecords(
  dataset: ServingDataset,
  records: readonly unknown[],
  newId: () => string,
  nowMs: number,
): CheckedRecords {
  const types = dataset.columns && new Map(dataset.columns.map(({ name, type }) => [name, type]));
  const valid: CheckedRecord[] = [];
  const rejected: Rejection[] = [];
  records.forEach((record, index) => {
    const recordId = isObject(record) && typeof record['record_id'] === 'string' ? record['record_id'] : null;
    const checked = checkRecord(record, dataset.timeColumn, types, nowMs);
    if ('code' in checked) rejected.push({ index, record_id: recordId, ...checked });
    else
      valid.push({
        ...complete(checked, dataset.timeColumn, types, recordId ?? newId()),
        named: recordId !== null,
      });
  });
  return { valid, rejected };
}

type Types = ReadonlyMap<string, ColumnType> | null;
type Checked = Pick<AcceptedRecord, 'timestamp' | 'values'>;

function checkRecord(
  record: unknown,
  timeColumn: string | null,
  types: Types,
  nowMs: number,
): Checked | Problem {
  if (!isObject(record)) return { field: '', code: 'invalid_type', detail: 'an object' };
  const { record_id: recordId, timestamp, ...cells } = record;
  if (
    recordId !== undefined &&
    !(typeof recordId === 'string' && recordId !== '' && recordId.length <= maxRecordId)
  )
    return { field: 'record_id', code: 'invalid_type', detail: `a text of 1 to ${maxRecordId} characters` };
  if (Object.keys(cells).length > maxColumns)
    return { field: '', code: 'too_many_columns', detail: `at most ${maxColumns} columns` };
  const values: Record<string, Scalar> = {};
  const taken = new Set(['record_id', 'timestamp']);
  for (const [name, cell] of Object.entries(cells)) {
    if (types && !types.has(name))
      return { field: name, code: 'unknown_column', detail: 'not a column of the dataset' };
    if (!types && (name === '' || taken.has(name.toLowerCase())))
      return { field: name, code: 'invalid_name', detail: 'a name of its own, and not in letter case alone' };
    taken.add(name.toLowerCase());
    const value = checkCell(types?.get(name), cell);
    if (value === undefined)
      return { field: name, code: 'invalid_type', detail: expectedOf(types?.get(name)) };
    values[name] = value;
  }
  return withTime(timestamp, timeColumn, values, nowMs);
}

/** The record's time: its `timestamp`, else its time column, else now. */
function withTime(
  timestamp: unknown,
  timeColumn: string | null,
  values: Record<string, Scalar>,
  nowMs: number,
): Checked | Problem {
  const inColumn = timeColumn === null ? undefined : (values[timeColumn] ?? undefined);
  const field = timestamp === undefined && timeColumn !== null ? timeColumn : 'timestamp';
  const given = timestamp ?? inColumn;
  const timeMs = given === undefined ? nowMs : isScalar(given) ? parseTime(given) : null;
  if (timeMs === null) return { field, code: 'invalid_type', detail: expected.timestamp };
  return { timestamp: new Date(timeMs).toISOString(), values };
}

/** The cell as it is kept; undefined when it is not of the column's type. */
function checkCell(type: ColumnType | undefined, cell: unknown): Scalar | undefined {
  if (!isScalar(cell)) return undefined;
  if (cell === null || type === undefined) return cell;
  switch (type) {
    case 'string':
      return typeof cell === 'string' ? cell : undefined;
    case 'integer':
      return Number.isSafeInteger(cell) ? cell : undefined;
    case 'double':
      return typeof cell === 'number' ? cell : undefined;
    case 'boolean':
      return typeof cell === 'boolean' ? cell : undefined;
    case 'timestamp': {
      const timeMs = parseTime(cell);
      return timeMs === null ? undefined : new Date(timeMs).toISOString();
    }
    case 'date':
      return typeof cell === 'string' && cell.length === 10 && parseTime(cell) !== null ? cell : undefined;
  }
}

const expectedOf = (type: ColumnType | undefined): string =>
  type ? `${expected[type]} or null` : 'a finite number, a text, true, false or null';

/** A dataset's own columns for the time and the id are filled from the record's. */
function complete(
  record: Checked,
  timeColumn: string | null,
  types: Types,
  recordId: string,
): AcceptedRecord {
  const { timestamp } = record;
  const values = { ...record.values };
  if (timeColumn !== null && types?.has(timeColumn)) values[timeColumn] ??= timestamp;
  if (types?.has('record_id')) values['record_id'] = recordId;
  return { recordId, timestamp, values };
}
