import type { Recipe } from '@foretell/core/contracts/recipe';
import { sparkConf } from './conf.ts';
import { compileCuts, embargoMicros } from './cuts-sql.ts';
import { dayMicros, floorDivide, stringLiteral, type Dialect } from './dialect.ts';
import { featureColumn, featureExpressions, historyJoins } from './features-sql.ts';
import { planHistory } from './history-plan.ts';
import { compileFutureLabel } from './future-label-sql.ts';
import { compileHistory } from './history-sql.ts';
import type { JobSpec, JobStatement } from './job.ts';
import { compilePasts, eventStatements } from './pasts-sql.ts';
import { compileRows, type RowColumn, type Rows } from './rows-sql.ts';
import { columnOf, isNumeric, type Source } from './source.ts';

/** Columns of a training set before its features. `row_time` is in epoch microseconds, `label` as the trainer takes it. */
const leading = [
  { column: 'row_time', meaning: 'the row’s time, microseconds since 1970 UTC' },
  { column: 'entity', meaning: 'the entity, as text' },
  { column: 'label', meaning: 'the label: the number itself, or the index of its class' },
  { column: 'split', meaning: 'train, validation, test, or embargo (kept out)' },
];

/**
 * One output row for each row of the feature set that has a label and a time (a uniform share of them when there are more
 * than `sampling.maxRows`); each knows nothing of its own UTC day or later but what the row itself brings.
 */
export function compileTrainingSet(recipe: Recipe, source: Source, dialect: Dialect): JobSpec {
  const rows = compileRows(recipe, source, dialect);
  const pasts = compilePasts(recipe, rows, source, dialect);
  const groups = planHistory(recipe, pasts);
  const features = featureExpressions(recipe, rows, groups);
  const { label } = recipe;
  const labels = label.kind === 'future' ? compileFutureLabel(recipe, label, rows) : [];
  const labelled = labels.at(-1)?.view ?? 'rows';
  const columns = [
    'r.t AS row_time',
    'r.e AS entity',
    'r.label AS label',
    'r.split AS split',
    ...features.map((expression, i) => `${expression} AS ${featureColumn(i)}`),
  ];
  const training = `SELECT ${columns.join(', ')} FROM split_rows r${historyJoins(groups, 'r')} ORDER BY r.t ASC NULLS FIRST, r.e ASC NULLS FIRST, r.h ASC NULLS FIRST`;
  const pairs = 'SELECT e, d FROM split_rows WHERE e IS NOT NULL GROUP BY e, d';
  return {
    conf: sparkConf,
    statements: [
      rows.statement,
      ...eventStatements(pasts),
      ...labels,
      labelRows(recipe, source, rows, labelled),
      ...compileCuts(recipe),
      splitRows(recipe),
      { view: 'pairs', sql: pairs, cached: true },
      ...groups.flatMap((group) => compileHistory(group, dialect)),
      { view: 'training_set', sql: training, cached: false },
      { view: 'dropped', sql: droppedSql(labelled), cached: false },
    ],
    outputs: [{ view: 'training_set', file: 'part-00000.parquet' }],
    manifest: {
      figures: ['dropped', 'cuts'],
      columns: [
        ...leading,
        ...recipe.features.map(({ name }, i) => ({ column: featureColumn(i), meaning: name })),
      ],
    },
  };
}

const droppedSql = (labelled: string) =>
  `SELECT count(*) AS rows, count(CASE WHEN t IS NULL THEN 1 END) AS without_time, count(CASE WHEN t IS NOT NULL AND label IS NULL THEN 1 END) AS without_label, count(CASE WHEN t IS NOT NULL AND label IS NOT NULL AND NOT coalesce(keep, FALSE) THEN 1 END) AS filtered_out FROM ${labelled}`;

/** Rows to learn from: d is the row's UTC day, h a hash that picks and orders them. */
function labelRows(recipe: Recipe, source: Source, rows: Rows, labelled: string): JobStatement {
  const hash = `md5(concat_ws('|', ${[stringLiteral(String(recipe.sampling.seed)), 'coalesce(e, ' + "''" + ')', 'CAST(t AS STRING)', ...hashed(recipe, rows)].join(', ')}))`;
  const known =
    'SELECT *, ' +
    `${floorDivide('t', dayMicros)} AS d, ${hash} AS h FROM ${labelled} WHERE t IS NOT NULL AND label IS NOT NULL AND keep`;
  const threshold = sampleThreshold(recipe, source);
  const sql =
    threshold === null
      ? known
      : `SELECT * FROM (${known}) k WHERE substr(h, 1, 8) < ${stringLiteral(threshold)}`;
  return { view: 'label_rows', sql, cached: true };
}

/** The row's own cells, as text that both engines write alike. */
function hashed(recipe: Recipe, rows: Rows): string[] {
  const own = new Map<string, RowColumn>();
  for (const feature of recipe.features)
    if (feature.kind === 'column') own.set(feature.column, rows.column(feature.column));
  return [...own.values()].map(
    ({ type, v, x }) => `coalesce(CAST(${isNumeric(type) ? x : v} AS STRING), '')`,
  );
}

/** A row is taken when the first 8 hex digits of its hash are below this; null: all rows are. */
function sampleThreshold(recipe: Recipe, source: Source): string | null {
  const { nulls } = columnOf(source, recipe.label.column, 'label.column');
  const labelled = recipe.label.kind === 'future' ? source.rows : source.rows - nulls;
  const share = recipe.sampling.maxRows / labelled;
  if (share >= 1) return null;
  return Math.floor(share * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}

/** Rows whose label was not known yet when the next split began are kept out of the split before it. */
function splitRows({ split }: Recipe): JobStatement {
  const embargo = embargoMicros(split);
  const marker = [
    "WHEN r.t >= c.test_from THEN 'test'",
    `WHEN r.t >= c.validation_from AND r.t + ${embargo} < c.test_from THEN 'validation'`,
    `WHEN r.t + ${embargo} < c.validation_from THEN 'train'`,
  ];
  const sql = `SELECT r.*, CASE ${marker.join(' ')} ELSE 'embargo' END AS split FROM label_rows r CROSS JOIN cuts c`;
  return { view: 'split_rows', sql, cached: true };
}
