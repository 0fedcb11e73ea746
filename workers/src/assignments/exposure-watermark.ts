import type { Warehouse } from '../warehouse/warehouse.ts';

/** Up to when a shard of an experiment's log is in the warehouse, an ISO time; before anything was read, the first. */
export async function readWatermark(warehouse: Warehouse, source: string): Promise<string> {
  const [row] = await warehouse.query('SELECT read_to FROM exposure_watermarks WHERE source = :source', {
    source,
  });
  return String(row?.['read_to'] ?? beginning);
}

const beginning = new Date(0).toISOString();

/** What moves the watermark, for the transaction that loads what was read up to it: the two never part. */
export const moveWatermark = (source: string, to: string): string[] => [
  `DELETE FROM exposure_watermarks WHERE source = '${source}'`,
  `INSERT INTO exposure_watermarks (source, read_to) VALUES ('${source}', '${to}')`,
];
