import { condition, type Condition } from '@foretell/core/contracts/condition';
import { conditionSql } from '../src/condition-sql.ts';
import { sparkConf } from '../src/conf.ts';
import type { Dialect } from '../src/dialect.ts';
import type { JobSpec } from '../src/job.ts';
import { sourceCells } from '../src/source-cells.ts';
import { columnOf, type Source } from '../src/source.ts';
import type { Cells } from './compare.ts';
import { isKept } from './condition-oracle.ts';
import { fileNames, readable, type Event, type EventColumn } from './events.ts';

const numbers = [
  { op: '=', value: 0 },
  { op: '!=', value: 0 },
  { op: '<', value: 0.1 },
  { op: '<=', value: 0.1 },
  { op: '>', value: -2.675 },
  { op: '>=', value: -2.675 },
  { op: 'in', values: [3, 1.005, -1, 999_999_999_999] },
  { op: 'between', from: -1, to: 1.005 },
  { op: 'between', from: 2, to: 2 },
];
/** The last and the first moments of days, a clock's skipped hour, and offsets. */
const moments = [
  '2024-02-29',
  '1970-01-01T00:00:00Z',
  '2024-03-31T02:30:00+02:00',
  '2023-12-31T23:59:59.999Z',
];
const times = moments.flatMap((value) => [
  { op: 'from', value },
  { op: 'before', value },
]);
const texts = [
  { op: '=', value: 'ß' },
  { op: '=', value: '${env:HOME}' },
  { op: '=', value: '' },
  { op: '!=', value: "it's" },
  { op: '!=', value: 'a\0' },
  { op: 'in', values: ['a', 'x\\y', '🙂', '${env:HOME}', 'nobody'] },
];
const booleans = [
  { op: '=', value: false },
  { op: '!=', value: false },
];
const asked: Partial<Record<EventColumn, object[]>> = {
  amount: numbers,
  whole: numbers,
  small: numbers,
  kind: texts,
  who: [
    { op: '=', value: 'e\u0301te\u0301' },
    { op: 'in', values: ['été', 'ann '] },
  ],
  flag: booleans,
  at: times,
  seen: times,
  born: times,
};

/** Every operator over every type that it asks. */
export const conditions: readonly Condition[] = Object.entries(asked).flatMap(([column, each]) =>
  [...each, { op: 'is_empty' }, { op: 'is_not_empty' }].map((one) =>
    condition.parse({ column: fileNames[column as EventColumn], ...one }),
  ),
);

/** Whether each event passes each of the conditions: `id`, and a column for each. */
export function compileConditions(source: Source, dialect: Dialect): JobSpec {
  const cells = sourceCells(source, dialect);
  const columns = conditions.map((each, i) => {
    const cell = cells.cell(each.column, 'column');
    const sql = conditionSql(
      each,
      cell,
      columnOf(source, each.column, 'column').type,
      `filter.${i}`,
      dialect,
    );
    return `CASE WHEN ${sql} THEN 1 ELSE 0 END AS k${i}`;
  });
  const sql = `SELECT ${cells.cell(fileNames.id, 'id')} AS id, ${columns.join(', ')} FROM ${cells.from}`;
  return {
    conf: sparkConf,
    statements: [{ view: 'asked', sql, cached: false }],
    outputs: [{ view: 'asked', file: 'part-00000.parquet' }],
    manifest: { figures: [], columns: conditions.map((_, i) => ({ column: `k${i}`, meaning: 'passes' })) },
  };
}

/** The conditions that do not let pass just the events that they should. */
export function wronglyAnswered(rows: Cells, events: readonly Event[]): Condition[] {
  const byId = new Map(readable(events).map((event) => [event.id, event]));
  return conditions.filter((each, i) =>
    rows.some((row) => {
      const event = byId.get(Number(row['id']));
      return event === undefined || Boolean(row[`k${i}`]) !== isKept(each, event);
    }),
  );
}
