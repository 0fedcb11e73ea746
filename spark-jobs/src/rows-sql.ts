import type { Recipe } from '@foretell/core/contracts/recipe';
import type { ColumnType } from '@foretell/core/contracts/primitives';
import { comparisonSql, conditionSql, equalsSql, invalid } from './condition-sql.ts';
import { doubleLiteral, type Dialect } from './dialect.ts';
import type { JobStatement } from './job.ts';
import { sourceCells, type SourceCells } from './source-cells.ts';
import { columnOf, isNumeric, type Source } from './source.ts';

/** How a column of the feature set is called inside the statements: `v` its value, `x` its fixed-point whole number. */
export interface RowColumn {
  name: string;
  type: ColumnType;
  digits: number;
  v: string;
  x: string;
}

/**
 * The view `rows`: e (entity as text), t and ts (time), keep (whether it is a row to learn from), v…, x… of each column the
 * recipe reads, k (the key as text) where one is asked for, and, unless it is what comes after the row, label.
 */
export interface Rows {
  statement: JobStatement;
  /** Its columns but the label. */
  names: string[];
  column(name: string): RowColumn;
}

export function compileRows(
  recipe: Recipe,
  source: Source,
  dialect: Dialect,
  label: 'required' | 'optional' = 'required',
  keyColumn?: string,
): Rows {
  const cells = sourceCells(source, dialect);
  const read = readColumns(recipe, source, cells);
  const labelled = label === 'required' || source.columns.has(recipe.label.column);
  const time = cells.cell(recipe.time, 'time');
  const entity = cells.cell(recipe.entity, 'entity');
  const named: [string, string][] = [
    ['e', asText(entity, columnOf(source, recipe.entity, 'entity').type, 'entity')],
    ['t', dialect.epochMicros(time)],
    ['ts', `CAST(${time} AS TIMESTAMP)`],
    ['keep', label === 'required' ? filterSql(recipe, source, cells, dialect) : 'TRUE'],
    ...read.cells,
  ];
  if (keyColumn !== undefined) named.push(['k', keySql(source, cells, keyColumn)]);
  const selected = [...named];
  if (recipe.label.kind !== 'future')
    selected.push(['label', labelled ? labelSql(recipe, source, cells) : 'CAST(NULL AS DOUBLE)']);
  const sql = `SELECT ${selected.map(([name, value]) => `${value} AS ${name}`).join(', ')} FROM ${cells.from}`;
  return {
    statement: { view: 'rows', sql, cached: false },
    names: named.map(([name]) => name),
    column: read.column,
  };
}

const keySql = (source: Source, cells: SourceCells, keyColumn: string) =>
  asText(cells.cell(keyColumn, 'keyColumn'), columnOf(source, keyColumn, 'keyColumn').type, 'keyColumn');

/** The cells v… and x… of every column that is read of the dataset's rows, or `of` other events. */
export function readColumns(
  recipe: Recipe,
  source: Source,
  cells: SourceCells,
  of?: string,
): { cells: [string, string][]; column: Rows['column'] } {
  const columns = new Map<string, RowColumn>();
  const named = namedColumns(recipe, of).flatMap(([name, field], index): [string, string][] => {
    const { type, digits } = columnOf(source, name, field);
    const [v, x] = [`v${index}`, `x${index}`];
    columns.set(name, { name, type, digits, v, x });
    const cell = cells.cell(name, field);
    return isNumeric(type)
      ? [
          [v, cell],
          [x, fixedPoint(cell, type, digits)],
        ]
      : [[v, cell]];
  });
  return {
    cells: named,
    column(name) {
      const column = columns.get(name);
      if (!column) throw new Error(`the rows were compiled without column ${name}`);
      return column;
    },
  };
}

/** Column and the first field of the recipe that names it. */
function namedColumns({ label, features }: Recipe, of: string | undefined): [string, string][] {
  const fields = new Map<string, string>();
  if (label.kind === 'future' && of === undefined) fields.set(label.column, 'label.column');
  features.forEach((feature, index) => {
    if (feature.kind === 'calendar' || feature.column === null) return;
    if ((feature.kind === 'history' ? feature.of : undefined) !== of) return;
    if (!fields.has(feature.column)) fields.set(feature.column, `features.${index}.column`);
  });
  return [...fields];
}

function fixedPoint(column: string, type: ColumnType, digits: number): string {
  if (type === 'boolean') return booleanNumber(column);
  if (digits === 0 && type === 'integer') return `CAST(${column} AS BIGINT)`;
  const scaled =
    digits >= 0
      ? `CAST(${column} AS DOUBLE) * ${doubleLiteral(10 ** digits)}`
      : `CAST(${column} AS DOUBLE) / ${doubleLiteral(10 ** -digits)}`;
  return `CAST(floor(${scaled} + 0.5) AS BIGINT)`;
}

const booleanNumber = (column: string) => `CASE WHEN ${column} THEN 1 WHEN NOT ${column} THEN 0 END`;

/** The value as a DOUBLE: what the model sees of a number. */
export function asDouble(value: string, type: ColumnType, field: string): string {
  if (!isNumeric(type)) throw invalid(field, `Numbers are needed, and the column is ${type}.`);
  return `CAST(${type === 'boolean' ? booleanNumber(value) : value} AS DOUBLE)`;
}

/** The value as text that both engines write alike: entities and categories. */
export function asText(value: string, type: ColumnType, field: string): string {
  if (type === 'double')
    throw invalid(field, 'Numbers with decimals have no one spelling: they cannot be text.');
  return `CAST(${value} AS STRING)`;
}

/** The label as a DOUBLE: the value itself, or the index in `recipe.classes`; NULL where there is none. */
function labelSql(recipe: Recipe, source: Source, cells: SourceCells): string {
  const column = columnOf(source, recipe.label.column, 'label.column');
  const cell = cells.cell(recipe.label.column, 'label.column');
  if (recipe.label.kind === 'comparison') {
    const holds = comparisonSql(recipe.label, cell, column.type, 'label.value');
    return `CAST(CASE WHEN ${cell} IS NULL THEN NULL WHEN ${holds} THEN 1 ELSE 0 END AS DOUBLE)`;
  }
  if (recipe.task === 'regression') return asDouble(cell, column.type, 'label.column');
  const cases = (recipe.classes ?? []).map(
    (value, index) => `WHEN ${equalsSql(cell, column.type, value, 'classes')} THEN ${index}`,
  );
  return `CAST(CASE ${cases.join(' ')} END AS DOUBLE)`;
}

function filterSql({ filter = [] }: Recipe, source: Source, cells: SourceCells, dialect: Dialect): string {
  const holds = filter.map((condition, index) => {
    const field = `filter.${index}`;
    const { type } = columnOf(source, condition.column, `${field}.column`);
    const cell = cells.cell(condition.column, `${field}.column`);
    return `(${conditionSql(condition, cell, type, field, dialect)})`;
  });
  return holds.length === 0 ? 'TRUE' : holds.join(' AND ');
}
