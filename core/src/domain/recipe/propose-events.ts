import type { RecipeQuestion } from '../../contracts/control-api/models.ts';
import type { ColumnSummary, FeatureSetSample, FeatureSetSummary } from '../../contracts/feature-set.ts';
import type { ColumnRole, EventsOfRecipe, Feature } from '../../contracts/recipe.ts';
import { days, whyUseless } from './assess-columns.ts';
import {
  checkEntityType,
  checkTimeType,
  columnCalled,
  spanDays,
  type CheckedQuestion,
} from './check-question.ts';
import { keyWarnings } from './key-warnings.ts';
import { createFeatureList, createHistory, maxHistoryColumns, windowsWithin } from './propose-features.ts';
import { recipeProblem } from './recipe-problem.ts';

/** A dataset that a question names among its events, and what is known of it. */
export interface EventsContext {
  /** The dataset's own. */
  name: string;
  featureSet: number;
  summary: FeatureSetSummary;
  sample: FeatureSetSample;
}
type AskedEvents = NonNullable<RecipeQuestion['events']>[number];

export interface ProposedEvents {
  events: EventsOfRecipe[];
  /** The given ones, and those of the events. */
  features: Feature[];
  roles: ColumnRole[];
  warnings: string[];
}

/** Joins the past of every other dataset to the features; throws `invalid` naming the field of the question. */
export function proposeEvents(
  asked: readonly AskedEvents[],
  contexts: readonly EventsContext[],
  rows: CheckedQuestion & { sample: FeatureSetSample },
  given: readonly Feature[],
): ProposedEvents {
  const { features, add } = createFeatureList(given);
  const proposed: ProposedEvents = { events: [], features, roles: [], warnings: [] };
  for (const [index, events] of asked.entries()) {
    const context = contexts[index];
    if (!context) throw new Error(`nothing is known of the events of dataset ${events.dataset}`);
    const { entity, time } = checkEvents(events, context, `events.${index}`);
    const { dataset, knownAfterDays } = events;
    const of = freeName(context.name, proposed.events);
    const { featureSet } = context;
    proposed.events.push({ name: of, dataset, featureSet, entity: entity.name, time: time.name });
    const columns = rolesOf(events, context);
    const remembered = columns.filter(({ role }) => role.role === 'history').slice(0, maxHistoryColumns);
    const history = createHistory(windowsWithin(spanDays(time)), add, of);
    history.events(knownAfterDays);
    for (const { summary } of remembered) history.column(summary, knownAfterDays);
    proposed.roles.push(
      { of, column: entity.name, role: 'entity', reason: `holds the same keys as "${rows.entity.name}"` },
      { of, column: time.name, role: 'time', reason: countsFrom(knownAfterDays) },
      ...columns.map(({ role }) => ({ of, ...role })),
    );
    proposed.warnings.push(
      ...keyWarnings(
        of,
        { column: rows.entity, sample: rows.sample },
        { column: entity, sample: context.sample },
      ),
      ...warningsOf(of, entity, time, context, rows),
    );
  }
  return proposed;
}

const countsFrom = (after: number) =>
  after === 0
    ? 'when the event happened: rows of later days know of it'
    : `when the event happened: rows of the days after ${days(after)} more know of it`;

function checkEvents(
  { entity, time, exclude }: AskedEvents,
  { summary }: EventsContext,
  field: string,
): { entity: ColumnSummary; time: ColumnSummary } {
  const key = columnCalled(entity, summary.columns, `${field}.entity`);
  const at = columnCalled(time, summary.columns, `${field}.time`);
  checkEntityType(key, `${field}.entity`);
  checkTimeType(at, `${field}.time`);
  exclude.forEach((name, i) => columnCalled(name, summary.columns, `${field}.exclude.${i}`));
  if (summary.rows === 0)
    throw recipeProblem(`${field}.dataset`, 'too_few_rows', 'There is no event in this dataset.');
  return { entity: key, time: at };
}

function freeName(wanted: string, taken: readonly EventsOfRecipe[]): string {
  let name = wanted;
  for (let n = 2; taken.some((events) => events.name === name); n++) name = `${wanted} ${n}`;
  return name;
}

function rolesOf(
  { entity, time, exclude }: AskedEvents,
  { summary, sample }: EventsContext,
): { summary: ColumnSummary; role: ColumnRole }[] {
  return summary.columns
    .filter(({ name }) => name !== entity && name !== time)
    .map((column) => {
      const why = exclude.includes(column.name)
        ? 'not used, as you said'
        : whyUseless(column, summary.rows, sample);
      const role: ColumnRole = why
        ? { column: column.name, role: 'excluded', reason: why }
        : {
            column: column.name,
            role: 'history',
            reason: 'its values before the row: the last one, and over windows',
          };
      return { summary: column, role };
    });
}

/** What looks as if the rows could know more than was known at their time, or nothing at all. */
function warningsOf(
  of: string,
  entity: ColumnSummary,
  time: ColumnSummary,
  { summary }: EventsContext,
  rows: CheckedQuestion,
): string[] {
  const warnings: string[] = [];
  if (entity.distinct >= summary.rows - entity.nulls)
    warnings.push(
      `"${of}" has one row for each "${entity.name}": if it is overwritten when something changes, its values are known only later than "${time.name}" says, and give away what came after. Bring every change as a row of its own.`,
    );
  if (Date.parse(String(time.min)) > Date.parse(String(rows.time.max)))
    warnings.push(`Every event of "${of}" is later than the last row: no row has any of them in its past.`);
  else if (
    Date.parse(String(time.min)) >
    Date.parse(String(rows.time.min)) + 0.5 * rows.spanDays * 86_400_000
  )
    warnings.push(
      `The events of "${of}" begin in the second half of the rows’ time: most rows have none of them in their past.`,
    );
  return warnings;
}
