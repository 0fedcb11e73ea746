import { createHash } from 'node:crypto';
import type { CellSink } from '../rows/cell.ts';

/** Names an event once, however often it is exported. */
export const eventIdColumn = 'uuid';

/** Fields that Amplitude writes as `2021-05-27 11:59:53.710000`, in UTC. */
const timeFields = new Set([
  'event_time',
  'client_event_time',
  'client_upload_time',
  'processed_time',
  'server_received_time',
  'server_upload_time',
  'user_creation_time',
]);
const timePattern = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?$/;
/** Objects deeper than this are kept as JSON. */
const maxDepth = 6;

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** An event of the export, or null when the line is no JSON object. */
export function parseEvent(line: string): Record<string, Json> | null {
  try {
    const event = JSON.parse(line) as Json;
    return typeof event === 'object' && event !== null && !Array.isArray(event) ? event : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** An event as cells: objects flattened (`event_properties.price`), lists as JSON, times as times, null as nothing. */
export function eventCells(event: Record<string, Json>, line: string, sink: CellSink): void {
  if (typeof event[eventIdColumn] !== 'string' || event[eventIdColumn] === '')
    sink(eventIdColumn, 'string', createHash('sha256').update(line).digest('hex'));
  for (const name in event) {
    const value = event[name];
    if (typeof value === 'string' && timeFields.has(name) && isTime(value)) sink(name, 'timestamp', value);
    else if (value !== undefined) flatten(name, value, 1, sink);
  }
}

const isTime = (text: string) => timePattern.test(text) && !Number.isNaN(Date.parse(text));

function flatten(name: string, value: Json, depth: number, sink: CellSink): void {
  if (value === null) return;
  if (typeof value === 'string') {
    if (value !== '') sink(name, 'string', value);
  } else if (typeof value === 'number') {
    if (Number.isFinite(value)) sink(name, 'number', value);
  } else if (typeof value === 'boolean') sink(name, 'boolean', value);
  else if (Array.isArray(value) || depth >= maxDepth) {
    if (!Array.isArray(value) || value.length > 0) sink(name, 'string', JSON.stringify(value));
  } else for (const key in value) flatten(`${name}.${key}`, value[key] ?? null, depth + 1, sink);
}
