import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringLiteral } from '../dialect.ts';
import { query, withDuckDb, type Row } from '../duckdb.ts';
import { runEmbedded } from '../embedded-runner.ts';
import type { JobSpec, RunManifest } from '../job.ts';

/** A folder that goes when the test does. */
export async function withFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'foretell-spark-jobs-'));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Runs a job in DuckDB and reads its one output back. */
export async function runAndRead(job: JobSpec, dir: string): Promise<{ rows: Row[]; manifest: RunManifest }> {
  const duckDb = { threads: 2, memoryMb: 800, tempDir: join(dir, 'spill') };
  const manifest = await runEmbedded(job, { outputDir: dir, duckDb, signal: new AbortController().signal });
  const path = join(dir, job.outputs[0]?.file ?? '');
  const rows = await withDuckDb(duckDb, (connection) =>
    query(connection, `SELECT * FROM read_parquet(${stringLiteral(path)})`),
  );
  return { rows, manifest };
}
