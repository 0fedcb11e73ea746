import type { Recipe } from '@foretell/core/contracts/recipe';
import type { Source } from '../src/source.ts';
import { differences, type Cells } from './compare.ts';
import { readable, type Event } from './events.ts';
import { labelledIds, oracle } from './oracle.ts';

/**
 * What of a training set the oracle does not agree with, in words. The recipe's first feature must be the events' `id`.
 * Standard deviations may differ by rounding: the engines subtract two large doubles, the oracle does not.
 */
export function againstOracle(
  recipe: Recipe,
  source: Source,
  written: readonly Event[],
  rows: Cells,
  others: readonly (readonly Event[])[] = [],
): string[] {
  const events = readable(written);
  const byId = (a: Cells[number], b: Cells[number]) => Number(a['f0']) - Number(b['f0']);
  const actual = rows.toSorted(byId);
  const taken = new Set(actual.map((row) => Number(row['f0'])));
  const expected = oracle(recipe, source, events, taken, others.map(readable)).map((row) => ({
    row_time: BigInt(row.rowTime),
    entity: row.entity,
    label: row.label,
    split: row.split,
    ...Object.fromEntries(row.features.map((value, i) => [`f${i}`, value])),
  }));
  const close = new Map(
    recipe.features.flatMap((feature, i) =>
      feature.kind === 'history' && feature.aggregate === 'std' ? [[`f${i}`, 1e-6] as const] : [],
    ),
  );
  const named = (text: string) =>
    text.replace(/ f(\d+):/, (_, i: string) => ` ${recipe.features[Number(i)]?.name ?? i}:`);
  const missing = recipe.sampling.maxRows < events.length ? [] : missingRows(recipe, events, taken);
  return [...missing, ...differences(expected.toSorted(byId), actual, close).map(named)];
}

function missingRows(recipe: Recipe, events: readonly Event[], taken: ReadonlySet<number>): string[] {
  const lost = [...labelledIds(recipe, events)].filter((id) => !taken.has(id));
  return lost.length === 0
    ? []
    : [`rows ${lost.slice(0, 5).join(', ')} have a label and a time, and are missing`];
}
