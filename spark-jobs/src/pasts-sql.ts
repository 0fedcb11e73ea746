import type { EventsOfRecipe, HistoryFeature, Recipe } from '@foretell/core/contracts/recipe';
import { invalid } from './condition-sql.ts';
import type { Dialect } from './dialect.ts';
import type { JobStatement } from './job.ts';
import { asText, readColumns, type Rows } from './rows-sql.ts';
import { sourceCells } from './source-cells.ts';
import { columnOf, rawEventsView, type Source } from './source.ts';

/** Whose rows the entity's past is made of: the dataset's own (undefined), and the recipe's other events by name. */
export type Pasts = ReadonlyMap<string | undefined, Rows>;

/**
 * The view `events<i>` of each of the recipe's events that a feature reads, as `rows` is of the dataset: e (entity as text),
 * t (time), v…, x… of its columns.
 */
export function compilePasts(recipe: Recipe, rows: Rows, source: Source, dialect: Dialect): Pasts {
  const pasts = new Map<string | undefined, Rows>([[undefined, rows]]);
  recipe.events?.forEach((events, index) => {
    const own = source.events?.[index];
    if (!own) throw new Error(`the job was given no feature set of the events ${events.name}`);
    if (pasts.has(events.name))
      throw invalid(`events.${index}.name`, `Two of the events are called "${events.name}".`);
    if (isRead(recipe, events)) pasts.set(events.name, compileEvents(recipe, index, events, own, dialect));
  });
  return pasts;
}

const isRead = ({ features }: Recipe, { name }: EventsOfRecipe) =>
  features.some((feature) => feature.kind === 'history' && feature.of === name);

export function pastOf(pasts: Pasts, { of }: HistoryFeature, field: string): Rows {
  const past = pasts.get(of);
  if (past) return past;
  throw invalid(field, `The recipe has no events called "${of ?? ''}".`);
}

/** The views of the other events; the dataset's own rows have their statement already. */
export const eventStatements = (pasts: Pasts): JobStatement[] =>
  [...pasts].flatMap(([name, { statement }]) => (name === undefined ? [] : [statement]));

function compileEvents(
  recipe: Recipe,
  index: number,
  { name, entity, time }: EventsOfRecipe,
  source: Source,
  dialect: Dialect,
): Rows {
  const field = `events.${index}`;
  const cells = sourceCells(source, dialect, rawEventsView(index));
  const read = readColumns(recipe, source, cells, name);
  const at = columnOf(source, time, `${field}.time`).type;
  if (at !== 'timestamp' && at !== 'date')
    throw invalid(`${field}.time`, `The events "${name}" need a time; "${time}" is ${at}.`);
  const named: [string, string][] = [
    [
      'e',
      asText(
        cells.cell(entity, `${field}.entity`),
        columnOf(source, entity, `${field}.entity`).type,
        `${field}.entity`,
      ),
    ],
    ['t', dialect.epochMicros(cells.cell(time, `${field}.time`))],
    ...read.cells,
  ];
  const sql = `SELECT ${named.map(([as, value]) => `${value} AS ${as}`).join(', ')} FROM ${cells.from}`;
  return {
    statement: { view: `events${index}`, sql, cached: false },
    names: named.map(([as]) => as),
    column: read.column,
  };
}
