import type { Condition } from '../../contracts/condition.ts';
import type { RecipeQuestion } from '../../contracts/control-api/models.ts';
import type { ColumnSummary, FeatureSetSummary } from '../../contracts/feature-set.ts';
import { checkCondition } from './check-condition.ts';
import { recipeProblem } from './recipe-problem.ts';

/** Fewer rows cannot be trained on and tested. */
export const minRows = 200;

export interface CheckedQuestion {
  entity: ColumnSummary;
  time: ColumnSummary;
  label: ColumnSummary;
  /** From the first row's time to the last, in days. */
  spanDays: number;
  /** The same of what the filter leaves of it. */
  learnedDays: number;
}

/** The question against the feature set: throws `invalid` naming the field of the question that cannot be. */
export function checkQuestion(question: RecipeQuestion, summary: FeatureSetSummary): CheckedQuestion {
  const column = (name: string, field: string) => columnCalled(name, summary.columns, field);
  const entity = column(question.entity, 'entity');
  const time = column(question.time, 'time');
  const label = column(question.label.column, 'label.column');
  for (const name of Object.keys(question.knownAfterDays)) column(name, `knownAfterDays.${name}`);
  question.filter?.forEach((condition, index) =>
    checkCondition(condition, column(condition.column, `filter.${index}.column`), `filter.${index}`),
  );
  question.exclude.forEach((name, index) => column(name, `exclude.${index}`));
  checkDifferent(question);
  if (summary.rows < minRows)
    throw recipeProblem(
      'dataset',
      'too_few_rows',
      `The dataset has ${summary.rows} rows; at least ${minRows} are needed to train and to test.`,
    );
  checkEntity(entity);
  return { entity, time, label, spanDays: checkTime(time), learnedDays: learnedDays(time, question.filter) };
}

/** The column of that name; `invalid` naming `field` when there is none. */
export function columnCalled<C extends { name: string }>(
  name: string,
  columns: readonly C[],
  field: string,
): C {
  const found = columns.find((candidate) => candidate.name === name);
  if (found) return found;
  throw recipeProblem(
    field,
    'unknown_column',
    `There is no column "${name}". There are: ${columns.map((c) => c.name).join(', ')}.`,
  );
}

function checkDifferent({ entity, time, label }: RecipeQuestion): void {
  if (entity === time) throw recipeProblem('time', 'same_column', `"${time}" is the entity already.`);
  // Whether the entity comes again at all is a question.
  if (label.column === entity && label.next?.as !== 'happens')
    throw recipeProblem('label.column', 'same_column', `"${entity}" is the entity: it cannot be predicted.`);
  if (label.column === time)
    throw recipeProblem('label.column', 'same_column', `"${time}" is the time: it cannot be predicted.`);
}

export function checkEntityType({ name, type }: Pick<ColumnSummary, 'name' | 'type'>, field: string): void {
  if (type !== 'string' && type !== 'integer')
    throw recipeProblem(
      field,
      'wrong_type',
      `The entity "${name}" is ${type}: it must be text or whole numbers, to be looked up by.`,
    );
}

function checkEntity({ name, type, distinct }: ColumnSummary): void {
  checkEntityType({ name, type }, 'entity');
  if (distinct < 2)
    throw recipeProblem(
      'entity',
      'constant',
      `The entity "${name}" has ${distinct === 1 ? 'one value' : 'no value'}: there is nobody to tell apart.`,
    );
}

export function checkTimeType({ name, type }: Pick<ColumnSummary, 'name' | 'type'>, field: string): void {
  if (type !== 'timestamp' && type !== 'date')
    throw recipeProblem(
      field,
      'wrong_type',
      `The time "${name}" is ${type}, not a time. Times are written like 2026-01-31T12:00:00Z or 2026-01-31.`,
    );
}

/** How long what is learned from is: "The data spans 12.3 days". */
export function spanWords({
  spanDays,
  learnedDays,
}: Pick<CheckedQuestion, 'spanDays' | 'learnedDays'>): string {
  const days = Math.floor(learnedDays * 10) / 10;
  return learnedDays < spanDays
    ? `The filter leaves ${days} days of the data`
    : `The data spans ${days} days`;
}

/** From the first time to the last, in days. */
export const spanDays = ({ min, max }: Pick<ColumnSummary, 'min' | 'max'>): number =>
  (Date.parse(String(max)) - Date.parse(String(min))) / 86_400_000;

/** From the first to the last moment that the filter leaves of the time, in days. */
function learnedDays({ name, min, max }: ColumnSummary, filter: readonly Condition[] = []): number {
  const bounds = (op: 'from' | 'before') =>
    filter.flatMap((each) => (each.column === name && each.op === op ? [each.value] : []));
  const first = [String(min), ...bounds('from')].map((text) => Date.parse(text));
  const last = [String(max), ...bounds('before')].map((text) => Date.parse(text));
  return Math.max(0, Math.min(...last) - Math.max(...first)) / 86_400_000;
}

function checkTime(time: ColumnSummary): number {
  const { name, distinct } = time;
  checkTimeType(time, 'time');
  if (distinct < 10)
    throw recipeProblem(
      'time',
      'too_few_times',
      `The time "${name}" has ${distinct} different values: too few to train on the past and test on what came later.`,
    );
  return spanDays(time);
}
