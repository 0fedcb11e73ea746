import { zstdDecompressSync } from 'node:zlib';
import type { Metric } from '@foretell/core/contracts/experiments';
import type { PreviewEvent } from '@foretell/core/domain/experiments/preview-metric';
import { recordsPrefix } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { parquetReadObjects } from 'hyparquet';

/** Newest files first, until so many records were read: a preview is shown while somebody waits. */
const limits = { days: 60, files: 40, records: 20_000 };
const dayMs = 86_400_000;
/** What every file of records has (workers: record-columns). */
const timestampColumn = 'timestamp';

export interface ReadEvents {
  events: PreviewEvent[];
  records: number;
  recordsWithoutUnit: number;
}

const compressors = { ZSTD: (input: Uint8Array) => new Uint8Array(zstdDecompressSync(input)) };

async function rowsOf(lake: Lake, key: string): Promise<Record<string, unknown>[]> {
  const { body } = await lake.get(key);
  const file = body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength) as ArrayBuffer;
  return parquetReadObjects({ file, compressors });
}

/** As the warehouse's loader reads it: numbers, and true or false as 1 or 0; null for anything else. */
function numberIn(row: Record<string, unknown>, column: string | undefined): number | null {
  const cell = column === undefined ? undefined : row[column];
  if (typeof cell === 'boolean' || typeof cell === 'bigint') return Number(cell);
  if (typeof cell === 'string' && cell.trim() !== '' && Number.isFinite(Number(cell))) return Number(cell);
  return typeof cell === 'number' && Number.isFinite(cell) ? cell : null;
}

function unitIn(row: Record<string, unknown>, column: string): string | null {
  const cell = row[column];
  if (cell instanceof Date) return cell.toISOString();
  return typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'bigint'
    ? String(cell)
    : null;
}

function eventOf(row: Record<string, unknown>, metric: Metric): PreviewEvent | null {
  const unit = unitIn(row, metric.unitColumn);
  const at = row[timestampColumn];
  if (unit === null || !(at instanceof Date)) return null;
  return {
    unit,
    atMs: at.getTime(),
    value: numberIn(row, metric.valueColumn),
    denominator: numberIn(row, metric.denominatorColumn),
  };
}

/** The newest streamed events of a metric's dataset, of the last 60 days. */
export async function readNewestEvents(
  lake: Lake,
  workspace: string,
  metric: Metric,
  now: Date,
): Promise<ReadEvents> {
  const prefix = recordsPrefix(workspace, metric.dataset);
  const since = new Date(now.getTime() - limits.days * dayMs).toISOString().slice(0, 10);
  const newest = (await lake.list(prefix, `${prefix}${since}`)).reverse().slice(0, limits.files);
  const read: ReadEvents = { events: [], records: 0, recordsWithoutUnit: 0 };
  for (const key of newest) {
    if (read.records >= limits.records) break;
    for (const row of await rowsOf(lake, key)) {
      read.records++;
      const event = eventOf(row, metric);
      if (event) read.events.push(event);
      else read.recordsWithoutUnit++;
    }
  }
  return read;
}
