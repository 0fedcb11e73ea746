import type { ColumnSummary, FeatureSetSchema } from '@foretell/core/contracts/feature-set';
import type { Scalar } from '@foretell/core/contracts/primitives';
import { identifier } from '@foretell/spark-jobs/dialect';
import { query, type DuckDBConnection, type Row } from '@foretell/spark-jobs/duckdb';
import { onAxis } from './scalar-sql.ts';

type Bins = ColumnSummary['histogram'];

const maxBins = 30;
/** Whole numbers within so short a range get a bin each. */
const maxWholeBins = 40;
/** When the whole range is so many times wider than the middle 98 %, the tails get one bin each. */
const longTail = 3;

/** The value below which, itself included, a share `p` of the cells lies, and its place on the histogram's axis. */
export interface Quantile {
  p: number;
  value: Scalar;
  at: number;
}

/** Exact counts between edges that suit the column; none for a column that is no number and no time. */
export async function histogram(
  connection: DuckDBConnection,
  from: string,
  { name, type }: FeatureSetSchema['columns'][number],
  { low, high }: Row,
  quantiles: readonly Quantile[],
): Promise<Bins> {
  if (typeof low !== 'number' || typeof high !== 'number') return [];
  const [usualLow, usualHigh] = [quantiles[0]?.at ?? low, quantiles.at(-1)?.at ?? high];
  const edges = edgesOf(type === 'integer', low, high, usualLow, usualHigh);
  const cell = onAxis(identifier(name), type);
  // The bin of a value is the number of inner edges at or below it.
  const inner = edges.slice(1, -1).map((edge) => `CAST(${cell} >= ${edge} AS INTEGER)`);
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
