import type { Condition } from '../../contracts/condition.ts';
import type { FeatureSetSample } from '../../contracts/feature-set.ts';
import { whole } from '../count-words.ts';
import { minRows } from './check-question.ts';
import { passes } from './condition-holds.ts';
import { recipeProblem } from './recipe-problem.ts';

/** What none of n rows has, at most this many of n have: the 95 % bound of a binomial share. */
const ruleOfThree = 3;

/**
 * Whether a filter seems to leave too few of the dataset's `rows` to learn from, by the sample. Throws `invalid` naming
 * `filter` when it leaves no sampled row and cannot leave enough of the others.
 */
export function filterWarnings(
  filter: readonly Condition[],
  rows: number,
  { rows: sampled }: FeatureSetSample,
): string[] {
  const kept = sampled.filter((row) => passes(filter, row)).length;
  const expected = Math.round((kept / sampled.length) * rows);
  if (expected >= minRows) return [];
  const left = `The filter leaves ${kept === 0 ? 'none' : whole(kept)} of ${whole(sampled.length)} sampled rows`;
  const needed = `at least ${whole(minRows)} are needed to train and to test.`;
  if (kept > 0) return [`${left}, so about ${whole(expected)} in all: ${needed}`];
  const most = Math.floor((ruleOfThree / sampled.length) * rows);
  if (most < minRows) throw recipeProblem('filter', 'no_rows', `${left}: ${needed}`);
  return [`${left}, so ${whole(most)} in all at the most: ${needed}`];
}
