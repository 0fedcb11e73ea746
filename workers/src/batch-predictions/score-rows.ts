import type { ModelCard } from '@foretell/core/contracts/model-version';
import type { Scalar } from '@foretell/core/contracts/primitives';
import { createInputEncoder } from '@foretell/core/domain/encode-input';
import type { Evaluator } from '@foretell/core/domain/lightgbm/evaluator';
import { readParquet, stringLiteral } from '@foretell/spark-jobs/dialect';
import {
  copyToParquet,
  withDuckDb,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDbOptions,
} from '@foretell/spark-jobs/duckdb';
import { featureColumn } from '@foretell/spark-jobs/features-sql';

/** How often progress is told, in rows. */
const rowsPerReport = 100_000;

interface ScoredFiles {
  /** The scoring set. */
  from: readonly string[];
  to: string;
  /** Whether its rows have a `row_key`, which goes along. @default false */
  hasKey?: boolean;
}

/** Scores a scoring set's rows, chunk by chunk, in the order of time. Answers how many. */
export async function scoreRows(
  files: ScoredFiles,
  card: ModelCard,
  evaluator: Evaluator,
  duckDb: DuckDbOptions,
  onRows: (done: number) => Promise<void>,
): Promise<number> {
  return withDuckDb(duckDb, async (connection) => {
    const keys = keysOf(files).map((name) => `${name} VARCHAR`);
    await connection.run(
      `CREATE TABLE scores (row_time BIGINT, ${keys.join(', ')}, output INTEGER, score DOUBLE)`,
    );
    const done = await appendScores(connection, files, card, evaluator, onRows);
    await copyToParquet(connection, predictionsSql(card, keysOf(files)), files.to);
    return done;
  });
}

const keysOf = ({ hasKey }: ScoredFiles) => ['entity', ...(hasKey === true ? ['row_key'] : [])];

async function appendScores(
  connection: DuckDBConnection,
  files: ScoredFiles,
  card: ModelCard,
  evaluator: Evaluator,
  onRows: (done: number) => Promise<void>,
): Promise<number> {
  const encoders = card.inputs.map(createInputEncoder);
  const keys = keysOf(files);
  const columns = ['row_time', ...keys, ...card.inputs.map((_, i) => featureColumn(i))];
  const result = await connection.stream(`SELECT ${columns.join(', ')} FROM ${readParquet(files.from)}`);
  const appender = await connection.createAppender('scores');
  const vector = new Float64Array(encoders.length);
  const out = new Float64Array(evaluator.outputs);
  let done = 0;
  for (
    let chunk = await result.fetchChunk();
    chunk && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    for (const [time, ...cells] of chunk.getRows()) {
      encoders.forEach((encode, i) => (vector[i] = encode(cells[keys.length + i] as Scalar) ?? NaN));
      evaluator.predict(vector, out);
      const { output, score } = answerOf(card, out);
      appender.appendBigInt(time as bigint);
      for (let i = 0; i < keys.length; i++) appendText(appender, cells[i]);
      appender.appendInteger(output);
      appender.appendDouble(score);
      appender.endRow();
    }
    const before = done;
    done += chunk.rowCount;
    if (Math.floor(done / rowsPerReport) > Math.floor(before / rowsPerReport)) await onRows(done);
  }
  appender.closeSync();
  return done;
}

function appendText(appender: DuckDBAppender, cell: unknown): void {
  if (typeof cell === 'string') appender.appendVarchar(cell);
  else appender.appendNull();
}

/** The class that is answered, and its score: the positive class's probability (binary), the class's own, or the value. */
function answerOf({ task, threshold }: ModelCard, out: Float64Array): { output: number; score: number } {
  const score = out[0] ?? NaN;
  if (task === 'regression') return { output: 0, score };
  if (task === 'binary') return { output: Number(score >= (threshold ?? 0.5)), score };
  const best = out.reduce((top, probability, k) => (probability > (out[top] ?? -1) ? k : top), 0);
  return { output: best, score: out[best] ?? NaN };
}

/** `value` is typed as the label is; `probability` is left out of regressions. */
function predictionsSql({ task, classes }: ModelCard, named: readonly string[]): string {
  const keys = ['make_timestamp(row_time) AS row_time', ...named].join(', ');
  if (task === 'regression' || !classes) return `SELECT ${keys}, score AS value FROM scores`;
  const literals = classes.map((value) => (typeof value === 'string' ? stringLiteral(value) : String(value)));
  const value = `CASE output ${literals.map((literal, k) => `WHEN ${k} THEN ${literal}`).join(' ')} END`;
  return `SELECT ${keys}, ${value} AS value, score AS probability FROM scores`;
}
