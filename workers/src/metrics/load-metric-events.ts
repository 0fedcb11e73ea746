import { loadStaged, type StagedLoadDeps } from '../warehouse/staged-load.ts';

export interface MetricEvent {
  dataset: string;
  unitColumn: string;
  recordId: string;
  /** See warehouse/schema.ts. */
  event: string;
  unit: string;
  occurredAt: Date;
  value: number | null;
  receivedAt: Date | null;
}

const columns = [
  ['dataset', 'VARCHAR(36)'],
  ['unit_column', 'VARCHAR(1020)'],
  ['record_id', 'VARCHAR(1024)'],
  ['event', 'VARCHAR(1040)'],
  ['unit', 'VARCHAR(4096)'],
  ['occurred_at', 'TIMESTAMP'],
  ['value', 'FLOAT8'],
  ['received_at', 'TIMESTAMP'],
] as const satisfies [string, string][];

/** Of `unit`'s type: bytes of UTF-8. */
const maxUnitBytes = 4096;
const [firstTime, lastTime] = [Date.parse('0001-01-01T00:00:00Z'), Date.UTC(10_000, 0)];

/**
 * Whether the warehouse can hold an event. What it cannot hold matches no prediction's unit (those are shorter), and must
 * not keep the events beside it from being loaded.
 */
export function fitsWarehouse({ unit, occurredAt }: MetricEvent): boolean {
  const time = occurredAt.getTime();
  return Buffer.byteLength(unit) <= maxUnitBytes && time >= firstTime && time < lastTime;
}

const names = columns.map(([name]) => name).join(', ');
const key = ['dataset', 'unit_column', 'record_id', 'event'];

const firstOfEach = `CREATE TEMP TABLE incoming AS SELECT ${names} FROM (
    SELECT ${names}, ROW_NUMBER() OVER (PARTITION BY ${key.join(', ')} ORDER BY occurred_at) AS place FROM staged
  ) AS ranked WHERE place = 1`;

/** What a record said first stays: a redelivery, or the same record_id sent again, changes nothing. */
const insertNew = `INSERT INTO metric_events (${names})
  SELECT ${columns.map(([name]) => `i.${name}`).join(', ')}
  FROM incoming AS i LEFT JOIN metric_events AS m ON ${key.map((name) => `m.${name} = i.${name}`).join(' AND ')}
  WHERE m.record_id IS NULL`;

/** Events → `metric_events`, each once. */
export async function loadMetricEvents(deps: StagedLoadDeps, events: readonly MetricEvent[]): Promise<void> {
  await loadStaged(deps, {
    table: 'metric_events',
    columns,
    rows: events.map(({ dataset, unitColumn, recordId, event, unit, occurredAt, value, receivedAt }) => [
      dataset,
      unitColumn,
      recordId,
      event,
      unit,
      occurredAt,
      value,
      receivedAt,
    ]),
    merge: [firstOfEach, insertNew],
  });
}
