import type { ModelInput } from '@foretell/core/contracts/model-version';
import type { Scalar } from '@foretell/core/contracts/primitives';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { createInputEncoder } from '@foretell/core/domain/encode-input';
import { dayMicros, readParquet, stringLiteral } from '@foretell/spark-jobs/dialect';
import { query, queryOne, type DuckDBConnection } from '@foretell/spark-jobs/duckdb';
import { featureColumn, isCategory } from '@foretell/spark-jobs/features-sql';
import { trainingRules } from './training-rules.ts';

/** A split's rows as the model takes them: one array an input, in the order of time. */
export interface SplitData {
  rows: number;
  columns: Float64Array[];
  labels: Float64Array;
  /** First and last row time, ISO 8601. */
  period: [string, string];
}

export interface TrainingData {
  inputs: ModelInput[];
  train: SplitData;
  validation: SplitData;
  test: SplitData;
  /** All rows with a label, those between the splits too. */
  labelled: { rows: number; spanDays: number };
}

export const splitNames = ['train', 'validation', 'test'] as const;

/** Reads a training set's Parquet into arrays. Dictionaries know the training rows only. */
export async function readTrainingData(
  connection: DuckDBConnection,
  paths: readonly string[],
  recipe: Recipe,
): Promise<TrainingData> {
  const from = readParquet(paths);
  const inputs: ModelInput[] = [];
  for (const [index, feature] of recipe.features.entries()) {
    const { name } = feature;
    inputs.push(
      isCategory(feature)
        ? { name, type: 'category', categories: await dictionary(connection, from, featureColumn(index)) }
        : { name, type: 'number' },
    );
  }
  const splits: Partial<Record<(typeof splitNames)[number], SplitData>> = {};
  for (const split of splitNames) splits[split] = await readSplit(connection, from, split, inputs);
  const { train, validation, test } = splits;
  if (!train || !validation || !test) throw new Error('a split was not read');
  return { inputs, train, validation, test, labelled: await readSpan(connection, from) };
}

async function dictionary(connection: DuckDBConnection, from: string, column: string): Promise<string[]> {
  const rows = await query(
    connection,
    `SELECT ${column} AS category FROM ${from} WHERE split = 'train' AND ${column} IS NOT NULL GROUP BY ${column} HAVING count(*) >= ${trainingRules.minCategoryRows} ORDER BY count(*) DESC, ${column} LIMIT ${trainingRules.maxCategories}`,
  );
  return rows.map(({ category }) => String(category));
}

async function readSpan(connection: DuckDBConnection, from: string): Promise<TrainingData['labelled']> {
  const { rows, micros } = await queryOne(
    connection,
    `SELECT count(*) AS rows, coalesce(max(row_time) - min(row_time), 0) AS micros FROM ${from}`,
  );
  return { rows: Number(rows), spanDays: Number(micros) / dayMicros };
}

async function readSplit(
  connection: DuckDBConnection,
  from: string,
  split: string,
  inputs: readonly ModelInput[],
): Promise<SplitData> {
  const of = `FROM ${from} WHERE split = ${stringLiteral(split)}`;
  const facts = await queryOne(
    connection,
    `SELECT count(*) AS rows, min(row_time) AS first, max(row_time) AS last ${of}`,
  );
  const rows = Number(facts['rows']);
  const time = (micros: unknown) => new Date(Number(micros ?? 0) / 1000).toISOString();
  const data: SplitData = {
    rows,
    columns: inputs.map(() => new Float64Array(rows)),
    labels: new Float64Array(rows),
    period: [time(facts['first']), time(facts['last'])],
  };
  const columns = ['label', ...inputs.map((_, i) => featureColumn(i))];
  await fillColumns(connection, `SELECT ${columns.join(', ')} ${of}`, [
    { array: data.labels, encode: encodeNumber },
    ...inputs.map((input, i) => ({ array: data.columns[i] ?? new Float64Array(), encode: encoderOf(input) })),
  ]);
  return data;
}

type Encode = (value: Scalar) => number;
const encodeNumber: Encode = (value) => (typeof value === 'number' ? value : NaN);

function encoderOf(input: ModelInput): Encode {
  const encode = createInputEncoder(input);
  return (value) => encode(value) ?? NaN;
}

/** Column by column, chunk by chunk: a chunk's cells never become row objects. */
export async function fillColumns(
  connection: DuckDBConnection,
  sql: string,
  targets: readonly { array: Float64Array; encode: Encode }[],
): Promise<void> {
  const result = await connection.stream(sql);
  let start = 0;
  for await (const chunk of result) {
    for (const [column, { array, encode }] of targets.entries()) {
      const values = chunk.getColumnValues(column) as Scalar[];
      for (const [row, value] of values.entries()) array[start + row] = encode(value);
    }
    start += chunk.rowCount;
  }
}
