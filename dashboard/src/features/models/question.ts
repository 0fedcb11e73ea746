import { type RecipeQuestion, recipeQuestion } from '@foretell/core/contracts/control-api';
import type { ColumnType, Scalar } from '@foretell/core/contracts/primitives';

export type Comparison = NonNullable<RecipeQuestion['label']['op']>;

/** What the form of a new model holds; an empty number is ''. */
export interface QuestionValues {
  name: string;
  dataset: string;
  entity: string;
  time: string;
  labelColumn: string;
  labelKind: 'column' | 'comparison';
  op: Comparison;
  value: string | number;
  labelKnownAfterDays: number | '';
  laterColumns: { column: string; knownAfterDays: number | '' }[];
}

export const emptyQuestion: QuestionValues = {
  name: '',
  dataset: '',
  entity: '',
  time: '',
  labelColumn: '',
  labelKind: 'column',
  op: '>',
  value: '',
  labelKnownAfterDays: '',
  laterColumns: [],
};

/** A typed-in value as the column's own type. */
export function asColumnType(value: string | number, type: ColumnType | undefined): Scalar {
  if (type === 'boolean') return String(value) === 'true';
  if (type === 'integer' || type === 'double') return Number(value);
  return String(value);
}

/** What is missing of the form, by field. */
export function questionProblems(values: QuestionValues): Record<string, string> {
  const problems: Record<string, string> = {};
  if (values.name.trim() === '') problems.name = 'Give the model a name.';
  if (values.dataset === '') problems.dataset = 'Choose a dataset.';
  if (values.entity === '') problems.entity = 'Choose who or what the prediction is about.';
  if (values.time === '') problems.time = 'Choose when a row happened.';
  if (values.labelColumn === '') problems.labelColumn = 'Choose what to predict.';
  if (values.labelKind === 'comparison' && values.value === '') problems.value = 'Compare with what?';
  return problems;
}

/** The question as the API asks for it. */
export function toQuestion(
  values: QuestionValues,
  typeOf: (column: string) => ColumnType | undefined,
): RecipeQuestion {
  const { labelColumn, labelKind, op, value, labelKnownAfterDays, laterColumns } = values;
  const known = laterColumns.flatMap(({ column, knownAfterDays }) =>
    knownAfterDays === '' ? [] : [[column, knownAfterDays] as const],
  );
  if (labelKnownAfterDays !== '') known.push([labelColumn, labelKnownAfterDays]);
  return recipeQuestion.parse({
    dataset: values.dataset,
    entity: values.entity,
    time: values.time,
    label:
      labelKind === 'column'
        ? { column: labelColumn }
        : { column: labelColumn, op, value: asColumnType(value, typeOf(labelColumn)) },
    knownAfterDays: Object.fromEntries(known),
    exclude: laterColumns.map(({ column }) => column),
  });
}

/** The form's field for a field of the API. */
export function questionFieldOf(field: string): string | undefined {
  const path = field.replace(/^question\./, '');
  if (path === 'label' || path === 'label.column') return 'labelColumn';
  if (path === 'label.value' || path === 'label.op') return 'value';
  if (path.startsWith('knownAfterDays')) return 'labelKnownAfterDays';
  if (path.startsWith('exclude')) return 'laterColumns';
  return path in emptyQuestion ? path : undefined;
}
