import type { ColumnSummary, FeatureSetSchema } from '@foretell/core/contracts/feature-set';
import { identifier } from '@foretell/spark-jobs/dialect';
import { query, type DuckDBConnection, type Row } from '@foretell/spark-jobs/duckdb';

type Bins = ColumnSummary['histogram'];

const maxBins = 30;
/** Whole numbers within so short a range get a bin each. */
const maxWholeBins = 40;
/** When the whole range is so many times wider than the middle 98 %, the tails get one bin each. */
const longTail = 3;

/** Exact counts between edges that suit the column; none for a column that is no number and no time. */
export async function histogram(
  connection: DuckDBConnection,
  from: string,
  { name, type }: FeatureSetSchema['columns'][number],
  figures: Row,
): Promise<Bins> {
  const [low, high] = [figures['low'], figures['high']];
  if (typeof low !== 'number' || typeof high !== 'number') return [];
  const edges = edgesOf(
    type === 'integer',
    low,
    high,
    Number(figures['usual_low']),
    Number(figures['usual_high']),
  );
  const time = type === 'timestamp' || type === 'date';
  const cell = time ? `epoch_ms(CAST(${identifier(name)} AS TIMESTAMP))` : identifier(name);
  // The bin of a value is the number of inner edges at or below it.
  const inner = edges.slice(1, -1).map((edge) => `CAST(CAST(${cell} AS DOUBLE) >= ${edge} AS INTEGER)`);
  const rows = await query(
    connection,
    `SELECT ${inner.length === 0 ? '0' : inner.join(' + ')} AS bin, count(*) AS count FROM ${from} WHERE ${identifier(name)} IS NOT NULL GROUP BY 1`,
  );
  const counts = new Map(rows.map((row) => [Number(row['bin']), Number(row['count'])]));
  return edges.slice(1).map((edge, i) => ({ low: edges[i] ?? low, high: edge, count: counts.get(i) ?? 0 }));
}

function edgesOf(whole: boolean, low: number, high: number, usualLow: number, usualHigh: number): number[] {
  if (low === high) return [low, high];
  if (whole && high - low < maxWholeBins) return Array.from({ length: high - low + 2 }, (_, i) => low + i);
  const spread = (from: number, to: number, bins: number) =>
    Array.from({ length: bins + 1 }, (_, i) => from + ((to - from) * i) / bins);
  const tailed = usualHigh > usualLow && high - low > longTail * (usualHigh - usualLow);
  if (!tailed) return spread(low, high, maxBins);
  return [...new Set([low, ...spread(usualLow, usualHigh, maxBins - 2), high])];
}
