import type { RecipeQuestion } from '../contracts/control-api/models.ts';
import type { FeatureSetSample, FeatureSetSchema, FeatureSetSummary } from '../contracts/feature-set.ts';
import type { ColumnRole, Recipe } from '../contracts/recipe.ts';
import { assessColumns, days } from './recipe/assess-columns.ts';
import { checkQuestion, type CheckedQuestion, spanWords } from './recipe/check-question.ts';
import { filterWarnings } from './recipe/filter-warnings.ts';
import { proposeEvents, type EventsContext } from './recipe/propose-events.ts';
import { proposeFeatures } from './recipe/propose-features.ts';
import { recipeProblem } from './recipe/recipe-problem.ts';
import { understandFuture } from './recipe/understand-future.ts';
import { understandLabel, type UnderstoodLabel } from './recipe/understand-label.ts';

export interface RecipeContext {
  featureSet: number;
  schema: FeatureSetSchema;
  summary: FeatureSetSummary;
  sample: FeatureSetSample;
  /** Of the question's `events`, in their order. */
  events?: readonly EventsContext[];
}

/** More label rows than this teach a single machine's model little more; history is always taken from all rows. */
const maxTrainingRows = 300_000;
/** Rows × features that are trained on at once: 8 bytes each. */
const maxCells = 60_000_000;

/**
 * The recipe that answers a question, from what is known of the data: which columns are used, for what and why, and what
 * looks wrong. Throws `invalid` naming the field of the question that cannot be answered.
 */
export function proposeRecipe(question: RecipeQuestion, context: RecipeContext): Recipe {
  const { summary, sample } = context;
  const checked = checkQuestion(question, summary);
  const label = question.label.next
    ? understandFuture(question.label, question.label.next, checked, summary.rows)
    : understandLabel(question.label, checked.label, summary.rows, sample);
  const columns = assessColumns(question, label, summary, sample);
  const knownAfter = question.label.next ? undefined : question.knownAfterDays[question.label.column];
  checkSpan(question.label.column, checked, knownAfter);
  const proposed = proposeFeatures(checked, columns, label, {
    labelKnownAfterDays: knownAfter,
    rows: summary.rows,
    hoursDiffer: hoursDiffer(sample, question.time),
  });
  const others = proposeEvents(
    question.events ?? [],
    context.events ?? [],
    { ...checked, sample },
    proposed.features,
  );
  const { features } = others;
  if (features.length === 0)
    throw recipeProblem('dataset', 'no_features', 'No column is left to predict from.');
  return {
    version: 1,
    dataset: question.dataset,
    featureSet: context.featureSet,
    entity: question.entity,
    time: question.time,
    label: label.label,
    task: label.task,
    ...(label.classes ? { classes: label.classes } : {}),
    features,
    ...(others.events.length > 0 ? { events: others.events } : {}),
    ...(question.filter ? { filter: question.filter } : {}),
    split: { validation: 0.15, test: 0.15, embargoDays: question.label.next?.days ?? knownAfter ?? 0 },
    sampling: { maxRows: rowsFor(features.length), seed: 1 },
    roles: [...specialRoles(question, label), ...columns.map(({ role }) => role), ...others.roles],
    warnings: [
      ...label.warnings,
      ...filterWarnings(question.filter ?? [], summary.rows, sample),
      ...leakWarnings(columns.map(({ role }) => role)),
      ...proposed.warnings,
      ...others.warnings,
    ],
  };
}

/** What is learned from, chosen by and tested on lie the label's days apart: data no longer than twice those has nothing left. */
function checkSpan(column: string, checked: CheckedQuestion, knownAfter = 0): void {
  if (knownAfter > 0 && checked.learnedDays <= 2 * knownAfter)
    throw recipeProblem(
      `knownAfterDays.${column}`,
      'too_long',
      `${spanWords(checked)}. With a label known after ${days(knownAfter)}, what is learned from, chosen by and tested on must lie ${days(knownAfter)} apart: more than ${days(2 * knownAfter)} of data are needed.`,
    );
}

const rowsFor = (features: number): number => Math.min(maxTrainingRows, Math.floor(maxCells / features));

const hoursDiffer = ({ rows }: FeatureSetSample, time: string): boolean =>
  new Set(rows.map((row) => String(row[time]).slice(10, 16))).size > 1;

function specialRoles(question: RecipeQuestion, label: UnderstoodLabel): ColumnRole[] {
  const { entity, time, knownAfterDays } = question;
  const { column, next } = question.label;
  const after = knownAfterDays[column];
  const past =
    after === undefined
      ? 'Its past values are not used: say after how many days it is known to use them.'
      : `Its past values count from ${days(after)} after the row's time.`;
  const asked: ColumnRole = {
    column,
    role: 'label',
    reason: next ? label.reason : `${label.reason}. ${past}`,
  };
  return [
    { column: entity, role: 'entity', reason: 'whose past is remembered, and looked up by' },
    { column: time, role: 'time', reason: 'when the row happened: only earlier days count as its past' },
    asked,
  ];
}

function leakWarnings(roles: readonly ColumnRole[]): string[] {
  return roles.flatMap(({ column, reason, leak }) =>
    leak ? [`"${column}" looks like a leak: ${reason}. It is left out of the row's features.`] : [],
  );
}
