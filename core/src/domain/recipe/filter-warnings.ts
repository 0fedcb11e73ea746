import type { FeatureSetSample } from '../../contracts/feature-set.ts';
import type { Condition } from '../../contracts/recipe.ts';
import { minRows } from './check-question.ts';
import { holds } from './label-value.ts';

/** Whether a filter seems to leave too few of the dataset's `rows` to learn from, by the sample. */
export function filterWarnings(
  filter: readonly Condition[],
  rows: number,
  { rows: sampled }: FeatureSetSample,
): string[] {
  const kept = sampled.filter((row) =>
    filter.every((condition) => {
      const cell = row[condition.column] ?? null;
      return cell !== null && holds(condition, cell);
    }),
  ).length;
  const expected = Math.round((kept / sampled.length) * rows);
  if (expected >= minRows) return [];
  return [
    `The filter leaves ${kept} of ${sampled.length} sampled rows, so about ${expected} in all: at least ${minRows} are needed to train and to test.`,
  ];
}
