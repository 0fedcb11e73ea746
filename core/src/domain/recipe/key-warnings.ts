import type { ColumnSummary, FeatureSetSample } from '../../contracts/feature-set.ts';
import type { Scalar } from '../../contracts/primitives.ts';
import { whole } from '../count-words.ts';

/** A column of the rows or of the events, and the sample it was drawn from. */
export interface SampledKeys {
  column: Pick<ColumnSummary, 'name' | 'distinct'>;
  sample: FeatureSetSample;
}

/** A result that right keys give less often than this is taken for wrong ones. */
const chanceOfNone = 0.01;
/** Of the keys that two samples should share, so few are hardly any. */
const hardlyAny = 0.05;

/**
 * Whether the events' key seems to hold something else than the rows' entity. Two samples of the same keys share some: a
 * sampled key is among the rows' sampled ones with the chance that the sample holds any one of them.
 */
export function keyWarnings(of: string, rows: SampledKeys, events: SampledKeys): string[] {
  const known = keysOf(rows);
  const keys = keysOf(events);
  const chance = Math.min(1, known.size / Math.max(1, rows.column.distinct));
  const shared = [...keys].filter((key) => known.has(key)).length;
  const isSuspect =
    shared === 0 ? (1 - chance) ** keys.size < chanceOfNone : shared < hardlyAny * chance * keys.size;
  if (!isSuspect) return [];
  const { name } = events.column;
  const how = shared === 0 ? 'None' : `Only ${whole(shared)}`;
  return [
    `${how} of the ${whole(keys.size)} sampled values of "${name}" in "${of}" is a "${rows.column.name}" of the rows: choose the column that holds the same keys, or the rows have no such past.`,
  ];
}

const keysOf = ({ column, sample }: SampledKeys): Set<string> =>
  new Set(
    sample.rows
      .map((row): Scalar => row[column.name] ?? null)
      .filter((key) => key !== null)
      .map(String),
  );
