import type { RecipeQuestion } from '../../contracts/control-api/models.ts';
import type { ColumnSummary, FeatureSetSample } from '../../contracts/feature-set.ts';
import type { Scalar } from '../../contracts/primitives.ts';
import type { Label, Task } from '../../contracts/recipe.ts';
import { checkComparable } from './check-comparable.ts';
import { minRows } from './check-question.ts';
import { createLabelReader } from './label-value.ts';
import { recipeProblem } from './recipe-problem.ts';

export interface UnderstoodLabel {
  label: Label;
  task: Task;
  classes: Scalar[] | null;
  /** What was decided for the user, in words. */
  reason: string;
  warnings: string[];
}

const maxClasses = 20;
/** Rows a class needs to be learned and tested at all. */
const minClassRows = 20;

/** What the label is: two values, a few classes, or a number. Throws `invalid` when there is nothing to learn from it. */
export function understandLabel(
  question: RecipeQuestion['label'],
  summary: ColumnSummary,
  rows: number,
  sample: FeatureSetSample,
): UnderstoodLabel {
  const present = rows - summary.nulls;
  const { name } = summary;
  if (present === 0)
    throw recipeProblem('label.column', 'empty', `The label "${name}" has no value in any row.`);
  if (summary.distinct <= 1)
    throw recipeProblem(
      'label.column',
      'constant',
      `The label "${name}" is ${shown(summary.min)} in every row: there is nothing to tell apart.`,
    );
  if (present < minRows)
    throw recipeProblem(
      'label.column',
      'too_few_rows',
      `Only ${present} rows have a label; at least ${minRows} are needed to train and to test.`,
    );
  const understood =
    question.op === undefined && question.value === undefined
      ? columnLabel(summary, present)
      : comparisonLabel(question, summary, sample);
  if (summary.nulls > 0)
    understood.warnings.push(
      `${summary.nulls} rows have no "${name}": they are left out of training, and still count as history.`,
    );
  return understood;
}

export const shown = (value: Scalar) => (typeof value === 'string' ? `"${value}"` : String(value));

function comparisonLabel(
  { column, op, value }: RecipeQuestion['label'],
  summary: ColumnSummary,
  sample: FeatureSetSample,
): UnderstoodLabel {
  if (op === undefined)
    throw recipeProblem('label.op', 'missing', 'A label with a value needs an operator, like ">" or "=".');
  if (value === undefined || value === null)
    throw recipeProblem('label.value', 'missing', `A label with "${op}" needs a value to compare with.`);
  checkComparable({ op, value }, summary, 'label.value');
  const label: Label = { kind: 'comparison', column, op, value };
  const read = createLabelReader({ label, task: 'binary' });
  const seen = new Set(sample.rows.map((row) => read(row[column])).filter(Number.isFinite));
  if (seen.size < 2)
    throw recipeProblem(
      'label.value',
      'constant',
      `"${column} ${op} ${shown(value)}" is ${seen.has(1) ? 'true' : 'false'} in all of ${sample.size} sampled rows: there is nothing to tell apart. "${column}" runs from ${shown(summary.min)} to ${shown(summary.max)}.`,
    );
  return {
    label,
    task: 'binary',
    classes: [false, true],
    reason: `the label: whether ${column} ${op} ${shown(value)}`,
    warnings: [],
  };
}

function columnLabel(summary: ColumnSummary, present: number): UnderstoodLabel {
  const { name, type, distinct } = summary;
  const label: Label = { kind: 'column', column: name };
  if (type === 'timestamp' || type === 'date')
    throw recipeProblem(
      'label.column',
      'wrong_type',
      `The label "${name}" is a time: predict a number or a class.`,
    );
  if (type !== 'double' && distinct >= present && type !== 'boolean')
    throw recipeProblem(
      'label.column',
      'id',
      `The label "${name}" is different in every row: it is an id, not an outcome.`,
    );
  if (distinct === 2) return twoValues(label, summary);
  if (distinct <= maxClasses && type !== 'double') return fewClasses(label, summary);
  if (type === 'string')
    throw recipeProblem(
      'label.column',
      'too_many_classes',
      `The label "${name}" has ${distinct} different texts; at most ${maxClasses} classes can be told apart. Ask for one of them: "${name} = …".`,
    );
  const reason = 'the label: a number to estimate';
  return { label, task: 'regression', classes: null, reason, warnings: [] };
}

const positiveWords = ['true', 'yes', 'y', '1', 't', 'positive', 'churned', 'converted', 'success'];
const negativeWords = ['false', 'no', 'n', '0', 'f', 'negative', 'none'];

function twoValues(label: Label, summary: ColumnSummary): UnderstoodLabel {
  const [a, b] = ordered(summary);
  if (a === undefined || b === undefined)
    throw new Error(`the summary of ${summary.name} lists fewer values than it counts`);
  const flipped =
    positiveWords.includes(word(a)) !== positiveWords.includes(word(b))
      ? positiveWords.includes(word(a))
      : negativeWords.includes(word(b)) && !negativeWords.includes(word(a));
  const classes = flipped ? [b, a] : [a, b];
  const reason = `the label: ${shown(classes[1] ?? null)} (the positive class) or ${shown(classes[0] ?? null)}`;
  return { label, task: 'binary', classes, reason, warnings: rareClasses(summary) };
}

const word = (value: Scalar) => String(value).trim().toLowerCase();

function fewClasses(label: Label, summary: ColumnSummary): UnderstoodLabel {
  const classes = ordered(summary);
  const reason = `the label: one of ${classes.length} classes`;
  return { label, task: 'multiclass', classes, reason, warnings: rareClasses(summary) };
}

function ordered({ topValues }: ColumnSummary): Scalar[] {
  return topValues
    .map(({ value }) => value)
    .sort((a, b) =>
      typeof a === 'string' || typeof b === 'string'
        ? String(a) < String(b)
          ? -1
          : 1
        : Number(a) - Number(b),
    );
}

function rareClasses({ name, topValues }: ColumnSummary): string[] {
  return topValues
    .filter(({ count }) => count < minClassRows)
    .map(
      ({ value, count }) => `Only ${count} rows have ${name} = ${shown(value)}: too few to learn much from.`,
    );
}
