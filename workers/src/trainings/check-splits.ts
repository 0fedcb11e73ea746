import type { Recipe } from '@foretell/core/contracts/recipe';
import { DomainError } from '@foretell/core/domain/errors';
import type { SplitData, TrainingData } from './training-data.ts';
import { trainingRules } from './training-rules.ts';

const { minRows } = trainingRules;

/** Throws in words when a split has too few rows, or nothing to tell apart. */
export function checkSplits(data: TrainingData, recipe: Recipe): void {
  for (const split of ['train', 'validation', 'test'] as const) {
    checkRows(split, data, recipe);
    checkLabels(split, data[split], recipe);
  }
}

function problem(field: string, code: string, detail: string): DomainError {
  return new DomainError('invalid', detail, { problems: [{ field, code, detail }] });
}

const nameOf = { train: 'training', validation: 'validation', test: 'test' } as const;
type Split = keyof typeof nameOf;

function checkRows(split: Split, data: TrainingData, recipe: Recipe): void {
  const { rows, period } = data[split];
  if (rows >= minRows[split]) return;
  const when = rows === 0 ? '' : ` (from ${period[0]} to ${period[1]})`;
  throw problem(
    'dataset',
    'too_few_rows',
    `Only ${rows} rows with a label are left for the ${nameOf[split]} split${when}; ${minRows[split]} are needed. Rows are split by time, and those whose label was not known yet when the next split begins are left out.${longer(data.labelled, recipe.split)}`,
  );
}

/** How many days of data would do, when it is for the days between the splits that rows are missing. */
function longer({ rows, spanDays }: TrainingData['labelled'], split: Recipe['split']): string {
  const { validation, test, embargoDays } = split;
  const needed = Math.max(
    minRows.train / (1 - validation - test),
    minRows.validation / validation,
    minRows.test / test,
  );
  const days = Math.ceil(2 * embargoDays + needed * (spanDays / Math.max(1, rows)));
  if (embargoDays === 0 || days <= spanDays) return '';
  return ` The label is known ${embargoDays} days after its row, so ${embargoDays} days are left out twice: rows with a label over about ${days} days are needed, and these span ${spanDays.toFixed(1)}.`;
}

function checkLabels(split: Split, { labels, period }: SplitData, recipe: Recipe): void {
  const seen = new Set(labels);
  if (seen.size >= 2) return;
  const [only] = seen;
  const value = recipe.task === 'regression' ? only : recipe.classes?.[only ?? 0];
  throw problem(
    'label',
    'constant',
    `In the ${nameOf[split]} split (${period[0]} to ${period[1]}) the label is ${JSON.stringify(value)} in every row: there is nothing to ${split === 'test' ? 'measure' : 'learn'} by. The label may have been recorded only in a part of the time.`,
  );
}
