import type { RecipeQuestion } from '../../contracts/control-api/models.ts';
import type { Label } from '../../contracts/recipe.ts';
import { checkComparable } from './check-comparable.ts';
import { type CheckedQuestion, spanWords } from './check-question.ts';
import { recipeProblem } from './recipe-problem.ts';
import { shown, type UnderstoodLabel } from './understand-label.ts';

type Next = NonNullable<RecipeQuestion['label']['next']>;

/** Horizons that the data must span: to learn from, to choose by and to be tested on, each a horizon apart, and one not known yet. */
const minHorizons = 5;

/** What comes of the entity after a row. Throws `invalid` when nothing can, or when the data is too short to see it. */
export function understandFuture(
  { column, op, value }: RecipeQuestion['label'],
  { days, as }: Next,
  checked: CheckedQuestion,
  rows: number,
): UnderstoodLabel {
  const { entity, label: summary } = checked;
  if (entity.distinct >= rows)
    throw recipeProblem(
      'label.next',
      'no_future',
      `Every row has another "${entity.name}": none of them comes again, so nothing comes after a row.`,
    );
  if (checked.learnedDays < minHorizons * days)
    throw recipeProblem(
      'label.next.days',
      'too_long',
      `${spanWords(checked)}. To look ${days} days ahead, and to test on days that were not learned from, at least ${minHorizons * days} are needed.`,
    );
  const warnings = [
    `The last ${days} days of the data are not learned from: what came after them is not known yet.`,
  ];
  return as === 'sum'
    ? { ...sumLabel(column, op, summary.type, days), warnings }
    : { ...happensLabel({ column, op, value }, summary, entity.name, days), warnings };
}

type Understood = Omit<UnderstoodLabel, 'warnings'>;

function sumLabel(
  column: string,
  op: RecipeQuestion['label']['op'],
  type: CheckedQuestion['label']['type'],
  days: number,
): Understood {
  if (op !== undefined)
    throw recipeProblem('label.op', 'not_here', 'A sum is taken of every row: it takes no comparison.');
  if (type !== 'integer' && type !== 'double' && type !== 'boolean')
    throw recipeProblem('label.column', 'wrong_type', `"${column}" is ${type}: only numbers have a sum.`);
  const label: Label = { kind: 'future', as: 'sum', column, days };
  const reason = `the label: the sum of ${column} in the ${days} days after a row`;
  return { label, task: 'regression', classes: null, reason };
}

function happensLabel(
  { column, op, value }: RecipeQuestion['label'],
  summary: CheckedQuestion['label'],
  entity: string,
  days: number,
): Understood {
  const label: Label = { kind: 'future', as: 'happens', column, days };
  if (op === undefined) {
    const what = column === entity ? 'any row of it' : `a row with ${column}`;
    const reason = `the label: whether ${what} comes within ${days} days after a row`;
    return { label, task: 'binary', classes: [false, true], reason };
  }
  if (value === undefined || value === null)
    throw recipeProblem('label.value', 'missing', `A label with "${op}" needs a value to compare with.`);
  checkComparable({ op, value }, summary, 'label.value');
  const reason = `the label: whether a row with ${column} ${op} ${shown(value)} comes within ${days} days after a row`;
  return {
    label: { ...label, where: { op, value } },
    task: 'binary',
    classes: [false, true],
    reason,
  };
}
