import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '@foretell/core/domain/errors';
import { stringLiteral } from './dialect.ts';
import { copyToParquet, queryOne, withDuckDb, type DuckDBConnection, type DuckDbOptions } from './duckdb.ts';
import { jobSpec, type JobSpec, type JobStatement, type RunManifest } from './job.ts';

export interface EmbeddedRun {
  /** Where the outputs are written: a folder of this run alone. */
  outputDir: string;
  duckDb: DuckDbOptions;
  signal: AbortSignal;
  onStatement?: (view: string, ms: number) => void;
}

/** Runs a job's statements in DuckDB, writes its outputs, and answers the manifest: the caller writes that last. */
export function runEmbedded(job: JobSpec, run: EmbeddedRun): Promise<RunManifest> {
  const spec = jobSpec.parse(job);
  return withDuckDb({ ...run.duckDb, signal: run.signal }, async (connection) => {
    try {
      return await runJob(connection, spec, run);
    } catch (error) {
      throw asDomainError(error);
    }
  });
}

async function runJob(connection: DuckDBConnection, job: JobSpec, run: EmbeddedRun): Promise<RunManifest> {
  for (const statement of job.statements)
    await timed(run, statement.view, () => create(connection, statement));
  const files: RunManifest['files'] = [];
  for (const { view, file } of job.outputs) {
    const path = join(run.outputDir, file);
    await timed(run, file, () => copyToParquet(connection, `SELECT * FROM ${view}`, path));
    const counted = await queryOne(
      connection,
      `SELECT count(*) AS n FROM read_parquet(${stringLiteral(path)})`,
    );
    files.push({ file, rows: Number(counted['n']), bytes: (await stat(path)).size });
  }
  const figures: RunManifest['figures'] = {};
  for (const view of job.manifest.figures)
    for (const [name, value] of Object.entries(await queryOne(connection, `SELECT * FROM ${view}`)))
      figures[name] = typeof value === 'number' || value === null ? value : JSON.stringify(value);
  return {
    version: 1,
    engine: 'duckdb',
    job: createHash('sha256').update(JSON.stringify(job)).digest('hex'),
    files,
    columns: job.manifest.columns,
    figures,
  };
}

async function timed(run: EmbeddedRun, view: string, work: () => Promise<unknown>): Promise<void> {
  run.signal.throwIfAborted();
  const started = performance.now();
  await work();
  run.onStatement?.(view, performance.now() - started);
}

const create = (connection: DuckDBConnection, { view, sql, cached }: JobStatement) =>
  connection.run(`CREATE TEMP ${cached ? 'TABLE' : 'VIEW'} ${view} AS ${sql}`);

/** What a user's data can do to a correct program; anything else is a bug and stays one. */
function asDomainError(error: unknown): unknown {
  const text = String(error).replace(/^Error: /, '');
  if (text.startsWith('Out of Memory'))
    return new DomainError('unavailable', 'The data does not fit in the memory of the embedded engine.', {
      cause: error,
    });
  if (/^(Out of Range|Conversion) Error/.test(text))
    return new DomainError('invalid', `A value in the data is out of range: ${text.split('\n')[0] ?? ''}`, {
      cause: error,
    });
  return error;
}
