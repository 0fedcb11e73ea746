import type { TrainingParameters } from '@foretell/core/contracts/control-api/trainings';
import { seededRandom } from '@foretell/core/domain/seeded-random';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { doubleLiteral, stringLiteral } from './dialect.ts';
import { featureColumn, isCategory } from './features-sql.ts';
import type { JobStatement, SparkTraining } from './job.ts';

/** How a training set's cells become what the trainer takes: the same numbers wherever it is trained. */
export interface TrainingRules {
  /** Categories of a dictionary; the rest are missing to the model. */
  maxCategories: number;
  /** Rows a category needs to get a code of its own. */
  minCategoryRows: number;
  /** Rows below which nothing is trained, by split. */
  minRows: Readonly<Record<'train' | 'validation' | 'test', number>>;
}

export interface TrainingPlan {
  rules: TrainingRules;
  /** Fewer rows with a label are left to the training worker. */
  fromRows: number;
  /** At most about so many rows of each split are brought back, drawn evenly. */
  measuredRows: number;
  objective: string;
  rounds: number;
  patience: number;
  seed: TrainingParameters['parameters']['seed'];
  /** LightGBM's own names. */
  parameters: SparkTraining['parameters'];
}

/** What a run that trains leaves beside the training set. */
export const trainingFiles = {
  splits: 'splits.parquet',
  dictionary: 'dictionary.parquet',
  measured: 'measured.parquet',
  check: 'check.parquet',
} as const;

export const inputColumn = (index: number): string => `x${index}`;

/** The SQL (Spark's alone) that makes the trainer's rows of the training set in `written`, and what is brought back of them. */
export function compileTraining(recipe: Recipe, from: string, plan: TrainingPlan): SparkTraining {
  const categories = recipe.features.map(isCategory);
  const categorical = categories.flatMap((category, index) => (category ? [index] : []));
  const inputs = categories.map((_, index) => inputColumn(index));
  return {
    from,
    statements: [
      splits(),
      { view: 'wanted', sql: wantedSql(plan), cached: false },
      dictionary(categorical, plan.rules),
      { view: 'encoded', sql: encodedSql(categories), cached: false },
      { view: 'fit_rows', sql: fitRowsSql(inputs), cached: false },
      measuredRows(inputs, plan),
      { view: 'check_rows', sql: checkRowsSql(inputs, categories, plan), cached: false },
    ],
    wanted: 'wanted',
    rows: 'fit_rows',
    inputs,
    categorical,
    learner: recipe.task === 'regression' ? 'LightGBMRegressor' : 'LightGBMClassifier',
    objective: plan.objective,
    rounds: plan.rounds,
    patience: plan.patience,
    parameters: plan.parameters,
    outputs: [
      { view: 'splits', file: trainingFiles.splits, scored: false },
      { view: 'dictionary', file: trainingFiles.dictionary, scored: false },
      { view: 'measured_rows', file: trainingFiles.measured, scored: true },
      { view: 'check_rows', file: trainingFiles.check, scored: true },
    ],
  };
}

const splits = (): JobStatement => ({
  view: 'splits',
  sql: 'SELECT split, count(*) AS n, count(DISTINCT label) AS labels, min(row_time) AS first, max(row_time) AS last FROM written GROUP BY split',
  cached: true,
});

/** Splits that are too small or tell nothing apart are left to the worker too, which says so to the user. */
function wantedSql({ fromRows, rules: { minRows } }: TrainingPlan): string {
  const least = Object.entries(minRows).map(
    ([split, rows]) => `(split = ${stringLiteral(split)} AND n >= ${rows})`,
  );
  return `SELECT coalesce(sum(n), 0) >= ${fromRows} AND count(CASE WHEN labels >= 2 AND (${least.join(' OR ')}) THEN 1 END) = ${least.length} AS wanted FROM splits`;
}

/** Of the training rows alone; a code is the rank by how many rows have the category. */
function dictionary(categorical: readonly number[], { maxCategories, minCategoryRows }: TrainingRules) {
  const nothing = `SELECT CAST(0 AS INT) AS input, CAST(NULL AS STRING) AS category, CAST(0 AS INT) AS code WHERE FALSE`;
  const each = categorical.map((index) => {
    const column = featureColumn(index);
    const counted = `SELECT ${column} AS category, count(*) AS n FROM written WHERE split = 'train' AND ${column} IS NOT NULL GROUP BY ${column} HAVING count(*) >= ${minCategoryRows}`;
    const ranked = `SELECT category, row_number() OVER (ORDER BY n DESC NULLS LAST, category ASC NULLS FIRST) - 1 AS code FROM (${counted}) k`;
    return `SELECT CAST(${index} AS INT) AS input, category, CAST(code AS INT) AS code FROM (${ranked}) r WHERE code < ${maxCategories}`;
  });
  return { view: 'dictionary', sql: [nothing, ...each].join(' UNION ALL '), cached: true };
}

function encodedSql(categories: readonly boolean[]): string {
  const columns = categories.map((category, index) => {
    const value = category ? `CAST(d${index}.code AS DOUBLE)` : `w.${featureColumn(index)}`;
    return `${value} AS ${inputColumn(index)}`;
  });
  const joins = categories.map((category, index) =>
    category
      ? ` LEFT JOIN dictionary d${index} ON d${index}.input = ${index} AND d${index}.category = w.${featureColumn(index)}`
      : '',
  );
  return `SELECT w.row_time, w.split, w.label, ${columns.join(', ')} FROM written w${joins.join('')}`;
}

const fitRowsSql = (inputs: readonly string[]) =>
  `SELECT CAST(label AS DOUBLE) AS label, split = 'validation' AS is_validation, ${inputs.join(', ')} FROM encoded WHERE split IN ('train', 'validation')`;

function measuredRows(inputs: readonly string[], { measuredRows: most, seed }: TrainingPlan): JobStatement {
  const drawn = `rand(${seed}) < ${most} / s.n`;
  const columns = ['row_time', 'split', 'label', ...inputs].map((column) => `e.${column}`);
  const sql = `SELECT ${columns.join(', ')} FROM encoded e JOIN splits s ON s.split = e.split WHERE e.split <> 'embargo' AND ${drawn}`;
  return { view: 'measured_rows', sql, cached: true };
}

const realRows = 150;
const strangeRows = 150;

/** Real rows of the test split, and rows with missing, unseen and extreme cells in them. */
function checkRowsSql(
  inputs: readonly string[],
  categories: readonly boolean[],
  { seed, rules: { maxCategories } }: TrainingPlan,
): string {
  const random = seededRandom(seed);
  const whole = (below: number) => Math.floor(random() * below);
  const cells = inputs.map((input, index) => {
    const strange = categories[index]
      ? [NaN, -1, maxCategories, 1e6]
      : [NaN, 0, 1e9, -1e9, Infinity, -Infinity, 1e-40];
    const cases = strange.map((value, which) => `WHEN ${which} THEN ${doubleLiteral(value)}`);
    const drawn = `pmod(k.r * ${1 + whole(1000)} + k.r DIV ${2 + whole(20)} + ${whole(1000)}, ${2 * strange.length})`;
    return `CASE WHEN k.r <= ${realRows} THEN ${input} WHEN k.r = ${realRows + 1} THEN ${doubleLiteral(NaN)} WHEN k.r = ${realRows + 2} THEN ${doubleLiteral(0)} ELSE CASE ${drawn} ${cases.join(' ')} ELSE ${input} END END AS ${input}`;
  });
  const test = `SELECT *, rand(${seed}) AS q FROM measured_rows WHERE split = 'test' ORDER BY q ASC NULLS FIRST LIMIT ${realRows + 2 + strangeRows}`;
  return `SELECT ${cells.join(', ')} FROM (SELECT *, row_number() OVER (ORDER BY q ASC NULLS FIRST) AS r FROM (${test}) t) k`;
}
