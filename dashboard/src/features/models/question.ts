import type { Comparison } from '@foretell/core/contracts/condition';
import type { Dataset } from '@foretell/core/contracts/control-api/datasets';
import { type RecipeQuestion, recipeQuestion } from '@foretell/core/contracts/control-api/models';
import type { ColumnType } from '@foretell/core/contracts/primitives';
import type { UseFormReturnType } from '@mantine/form';
import {
  asColumnType,
  asCondition,
  conditionFieldOf,
  conditionProblems,
  type AskedCondition,
} from './asked-condition.ts';

/** What the form of a new model holds; an empty number is ''. */
export interface QuestionValues {
  name: string;
  dataset: string;
  entity: string;
  time: string;
  labelColumn: string;
  labelKind: 'column' | 'comparison';
  /** Of the row itself, or of the entity's rows in the days after it. */
  labelWhen: 'now' | 'happens' | 'sum';
  nextDays: number | '';
  op: Comparison['op'];
  value: string | number;
  labelKnownAfterDays: number | '';
  laterColumns: { column: string; knownAfterDays: number | '' }[];
  /** Rows to learn from: those of which all of it holds. */
  filter: AskedCondition[];
  /** Other datasets. */
  events: AskedEvents[];
}

interface AskedEvents {
  dataset: string;
  entity: string;
  time: string;
  knownAfterDays: number | '';
}

export type QuestionForm = UseFormReturnType<QuestionValues>;

export const emptyQuestion: QuestionValues = {
  name: '',
  dataset: '',
  entity: '',
  time: '',
  labelColumn: '',
  labelKind: 'column',
  labelWhen: 'now',
  nextDays: 30,
  op: '>',
  value: '',
  labelKnownAfterDays: '',
  laterColumns: [],
  filter: [],
  events: [],
};

/** Has the label's column become another one: its value goes, and only numbers are more or less. */
export function compareAnew(form: QuestionForm, type: ColumnType | undefined): void {
  form.setFieldValue('value', '');
  if (type !== 'integer' && type !== 'double') form.setFieldValue('op', '=');
}

/** Another dataset as it is first asked for: with the columns that its schema leaves no doubt of. */
export function eventsOf({ id, schema }: Pick<Dataset, 'id' | 'schema'>, entity: string): AskedEvents {
  const columns = schema?.columns ?? [];
  const [time, ...furtherTimes] = columns.filter(({ type }) => type === 'timestamp' || type === 'date');
  return {
    dataset: id,
    entity: columns.some(({ name }) => name === entity) ? entity : '',
    time: time !== undefined && furtherTimes.length === 0 ? time.name : '',
    knownAfterDays: 0,
  };
}

/** What is missing of the form, by field. */
export function questionProblems(values: QuestionValues): Record<string, string> {
  const problems: Record<string, string> = {};
  if (values.name.trim() === '') problems.name = 'Give the model a name.';
  if (values.dataset === '') problems.dataset = 'Choose a dataset.';
  if (values.entity === '') problems.entity = 'Choose who or what the prediction is about.';
  if (values.time === '') problems.time = 'Choose when a row happened.';
  if (values.labelColumn === '') problems.labelColumn = 'Choose what to predict.';
  if (comparesLabel(values) && values.value === '') problems.value = 'Compare with what?';
  if (values.labelWhen !== 'now' && values.nextDays === '') problems.nextDays = 'Within how many days?';
  values.filter.forEach((condition, i) => {
    for (const [field, problem] of Object.entries(conditionProblems(condition)))
      problems[`filter.${i}.${field}`] = problem;
  });
  values.events.forEach(({ entity, time }, i) => {
    if (entity === '') problems[`events.${i}.entity`] = 'Which column tells whom it is about?';
    if (time === '') problems[`events.${i}.time`] = 'Which column tells when it happened?';
  });
  return problems;
}

/** A sum is of every row: it compares nothing. */
export const comparesLabel = ({ labelKind, labelWhen }: QuestionValues) =>
  labelKind === 'comparison' && labelWhen !== 'sum';

/** The question as the API asks for it. */
export function toQuestion(
  values: QuestionValues,
  typeOf: (column: string) => ColumnType | undefined,
): RecipeQuestion {
  const { labelColumn, labelWhen, nextDays, op, value, labelKnownAfterDays, laterColumns } = values;
  const known = laterColumns.flatMap(({ column, knownAfterDays }) =>
    knownAfterDays === '' ? [] : [[column, knownAfterDays] as const],
  );
  if (labelKnownAfterDays !== '' && labelWhen === 'now') known.push([labelColumn, labelKnownAfterDays]);
  return recipeQuestion.parse({
    dataset: values.dataset,
    entity: values.entity,
    time: values.time,
    label: {
      column: labelColumn,
      ...(comparesLabel(values) ? { op, value: asColumnType(value, typeOf(labelColumn)) } : {}),
      ...(labelWhen === 'now' ? {} : { next: { days: nextDays, as: labelWhen } }),
    },
    knownAfterDays: Object.fromEntries(known),
    exclude: laterColumns.map(({ column }) => column),
    ...(values.filter.length > 0
      ? {
          filter: values.filter.map((each) => asCondition(each, typeOf(each.column))),
        }
      : {}),
    ...(values.events.length > 0 ? { events: values.events.map(asAsked) } : {}),
  });
}

const asAsked = ({ knownAfterDays, ...events }: AskedEvents) => ({
  ...events,
  knownAfterDays: knownAfterDays === '' ? 0 : knownAfterDays,
});

/** The form's field for a field of the API. */
export function questionFieldOf(field: string): string | undefined {
  const path = field.replace(/^question\./, '');
  if (path === 'label' || path === 'label.column') return 'labelColumn';
  if (path === 'label.value' || path === 'label.op') return 'value';
  if (path.startsWith('label.next')) return 'nextDays';
  if (path.startsWith('knownAfterDays')) return 'labelKnownAfterDays';
  if (path.startsWith('exclude')) return 'laterColumns';
  if (path.startsWith('filter.')) return conditionFieldOf(path);
  if (path.startsWith('events.')) return path;
  return path in emptyQuestion ? path : undefined;
}
