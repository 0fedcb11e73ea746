import type { ModelInput } from '@foretell/core/contracts/model-version';
import type { Scalar } from '@foretell/core/contracts/primitives';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { inputColumn } from '@foretell/spark-jobs/compile-training';
import { dayMicros, readParquet, stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, queryOne, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import { isCategory } from '@foretell/spark-jobs/features-sql';
import { fillColumns, type SplitData, type splitNames, type TrainingData } from './training-data.ts';

/** Reads what a run that trained has left, as compile-training.ts of spark-jobs writes it. */

type SplitName = (typeof splitNames)[number];
type Facts = Record<SplitName, { n: number; period: [string, string] }> & Pick<TrainingData, 'labelled'>;

/** Rows with the trainer's own raw scores: one array an output. */
export interface Measured extends SplitData {
  raw: Float64Array[];
}

export async function readSplits(connection: DuckDBConnection, paths: readonly string[]): Promise<Facts> {
  const of = async (split: SplitName) => {
    const sql = `SELECT n, first, last FROM ${readParquet(paths)} WHERE split = ${stringLiteral(split)}`;
    const { n, first, last } = await queryOne(connection, sql);
    const time = (micros: unknown) => new Date(Number(micros) / 1000).toISOString();
    return { n: Number(n), period: [time(first), time(last)] as [string, string] };
  };
  const all = await queryOne(
    connection,
    `SELECT sum(n) AS rows, max(last) - min(first) AS micros FROM ${readParquet(paths)}`,
  );
  const labelled = { rows: Number(all['rows']), spanDays: Number(all['micros']) / dayMicros };
  return { labelled, train: await of('train'), validation: await of('validation'), test: await of('test') };
}

export async function readInputs(
  connection: DuckDBConnection,
  paths: readonly string[],
  recipe: Recipe,
): Promise<ModelInput[]> {
  const sql = `SELECT input, category FROM ${readParquet(paths)} ORDER BY input, code`;
  const entries = paths.length === 0 ? [] : await query(connection, sql);
  return recipe.features.map((feature, index) => {
    const { name } = feature;
    if (!isCategory(feature)) return { name, type: 'number' };
    const categories = entries.filter(({ input }) => input === index).map(({ category }) => String(category));
    return { name, type: 'category', categories };
  });
}

/** Where in Spark's list the model's outputs are, counted from 1: of two classes, it names both. */
function rawColumns({ task, classes }: Recipe): string[] {
  if (task === 'binary') return ['raw[2]'];
  return Array.from(
    { length: task === 'regression' ? 1 : (classes?.length ?? 0) },
    (_, k) => `raw[${k + 1}]`,
  );
}

export async function readMeasured(
  connection: DuckDBConnection,
  paths: readonly string[],
  recipe: Recipe,
  facts: Facts,
): Promise<Record<SplitName, Measured>> {
  const of = async (split: SplitName): Promise<Measured> => {
    const from = `FROM ${readParquet(paths)} WHERE split = ${stringLiteral(split)}`;
    const counted = await queryOne(connection, `SELECT count(*) AS n ${from}`);
    const rows = Number(counted['n']);
    const array = () => new Float64Array(rows);
    const measured: Measured = {
      rows,
      labels: array(),
      columns: recipe.features.map(array),
      raw: rawColumns(recipe).map(array),
      period: facts[split].period,
    };
    const columns = ['label', ...recipe.features.map((_, i) => inputColumn(i)), ...rawColumns(recipe)];
    const targets = [measured.labels, ...measured.columns, ...measured.raw];
    await fillColumns(
      connection,
      `SELECT ${columns.join(', ')} ${from} ORDER BY row_time`,
      targets.map((each) => ({ array: each, encode: orMissing })),
    );
    return measured;
  };
  return { train: await of('train'), validation: await of('validation'), test: await of('test') };
}

const orMissing = (value: Scalar): number => (typeof value === 'number' ? value : NaN);

/** One array a row: the inputs, then the raw scores. */
export async function readCheckRows(
  connection: DuckDBConnection,
  paths: readonly string[],
  recipe: Recipe,
): Promise<number[][]> {
  const columns = [...recipe.features.map((_, i) => inputColumn(i)), ...rawColumns(recipe)];
  const named = columns.map((column, i) => `${column} AS c${i}`);
  const rows = await query(connection, `SELECT ${named.join(', ')} FROM ${readParquet(paths)}`);
  return rows.map((row) => columns.map((_, i) => orMissing(row[`c${i}`] as Scalar)));
}
