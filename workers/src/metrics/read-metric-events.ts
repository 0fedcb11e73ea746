import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lake } from '@foretell/core/node/lake';
import { downloadFile } from '@foretell/core/node/lake-files';
import { identifier, stringLiteral } from '@foretell/spark-jobs/dialect';
import { withDuckDb, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import type { MetricEvent } from './load-metric-events.ts';
import { recordEvent, valueEvent } from '@foretell/core/domain/experiments/metric-sql';

export interface RecordsFile {
  key: string;
  dataset: string;
  unitColumn: string;
  /** Columns whose values metrics sum or compare. */
  valueColumns: readonly string[];
  receivedAt: Date | null;
}

async function columnsOf(connection: DuckDBConnection, scan: string): Promise<Map<string, string>> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${scan}`);
  return new Map(
    described.getRowObjects().map((row) => [String(row['column_name']), String(row['column_type'])]),
  );
}

/** A unit as the prediction API was given it, as text: 42 and not 42.0. */
function unitText(name: string, type: string): string {
  const column = identifier(name);
  if (type !== 'DOUBLE') return `CAST(${column} AS VARCHAR)`;
  return `CASE WHEN ${column} = floor(${column}) AND abs(${column}) < 1e15
    THEN CAST(CAST(${column} AS BIGINT) AS VARCHAR) ELSE CAST(${column} AS VARCHAR) END`;
}

async function eventsOf(
  connection: DuckDBConnection,
  path: string,
  { dataset, unitColumn, valueColumns, receivedAt }: RecordsFile,
): Promise<MetricEvent[]> {
  const scan = `read_parquet(${stringLiteral(path)})`;
  const types = await columnsOf(connection, scan);
  const unitType = types.get(unitColumn);
  if (unitType === undefined) return [];
  const present = valueColumns.filter((column) => types.has(column));
  const values = present.map((column) => `TRY_CAST(${identifier(column)} AS DOUBLE)`);
  const rows = await connection.runAndReadAll(
    `SELECT ${['record_id', 'epoch_ms("timestamp")', unitText(unitColumn, unitType), ...values].join(', ')}
     FROM ${scan} WHERE ${identifier(unitColumn)} IS NOT NULL`,
  );
  return rows.getRows().flatMap(([recordId, timeMs, unit, ...numbers]) => {
    const common = {
      dataset,
      unitColumn,
      recordId: String(recordId),
      unit: String(unit),
      occurredAt: new Date(Number(timeMs)),
      receivedAt,
    };
    const ofValues = present.flatMap((column, index) => {
      const value = numbers[index];
      return typeof value === 'number' ? [{ ...common, event: valueEvent(column), value }] : [];
    });
    return [{ ...common, event: recordEvent, value: null }, ...ofValues];
  });
}

/** A file of streamed records as metric events; none of records without a unit. */
export async function readMetricEvents(
  lake: Lake,
  workDir: string,
  file: RecordsFile,
): Promise<MetricEvent[]> {
  const dir = await mkdtemp(join(workDir, 'metric-events-'));
  try {
    const path = join(dir, 'records.parquet');
    await downloadFile(lake, file.key, path);
    const engine = { threads: 1, memoryMb: 256, tempDir: join(dir, 'spill') };
    return await withDuckDb(engine, (connection) => eventsOf(connection, path, file));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
