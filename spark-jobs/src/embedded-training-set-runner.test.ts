import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { smallRun } from '../test/small-run.ts';
import { createEmbeddedTrainingSetRunner } from './embedded-training-set-runner.ts';
import { runManifest } from './job.ts';
import type { RunHandle, RunRequest, RunState, TrainingSetRunner } from './spark/training-set-runner.ts';

let dir: string;
let runner: TrainingSetRunner;
const runOf = (sql: string): RunRequest => ({
  ...smallRun,
  folder: join(dir, 'run'),
  job: { ...smallRun.job, statements: [{ view: 'one', sql, cached: true }] },
});

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'foretell-runner-'));
  runner = createEmbeddedTrainingSetRunner({ threads: 1, memoryMb: 256, tempDir: dir });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function ended(handle: RunHandle): Promise<RunState> {
  for (;;) {
    const state = await runner.describe(handle);
    if (state.status !== 'running') return state;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a run leaves its outputs and, last, the manifest that names them', async () => {
  const state = await ended(await runner.submit('r1', runOf('SELECT CAST(1 AS BIGINT) AS n')));
  expect(state).toMatchObject({
    status: 'succeeded',
    manifest: { engine: 'duckdb', files: [{ file: 'one.parquet', rows: 1 }], figures: { n: 1 } },
  });
  const written = runManifest.parse(JSON.parse(await readFile(join(dir, 'run', 'manifest.json'), 'utf8')));
  expect(state).toEqual({ status: 'succeeded', manifest: written });
});

test('a run submitted twice runs once, and its id takes no other job', async () => {
  const run = runOf('SELECT CAST(1 AS BIGINT) AS n');
  const handle = await runner.submit('r1', run);
  await expect(runner.submit('r1', run)).resolves.toEqual(handle);
  expect(await ended(handle)).toMatchObject({ status: 'succeeded' });
  await expect(runner.submit('r1', runOf('SELECT 2 AS n'))).rejects.toMatchObject({ code: 'conflict' });
});

test('a failed run tells its cause in words', async () => {
  const state = await ended(await runner.submit('r1', runOf("SELECT CAST('x' AS BIGINT) AS n")));
  expect(state).toMatchObject({ status: 'failed' });
  if (state.status !== 'failed') throw new Error('unreachable');
  expect(state.cause.words).toMatch(/^A value in the data is out of range: .*'x'/);
});

test('a cancelled run ends without a manifest', async () => {
  const long = 'SELECT count(*) AS n FROM range(100000000) a, range(100000000) b WHERE a.range + b.range = 7';
  const handle = await runner.submit('r1', runOf(long));
  await new Promise((resolve) => setTimeout(resolve, 100));
  await runner.cancel(handle);
  expect(await ended(handle)).toEqual({ status: 'cancelled' });
  await expect(readFile(join(dir, 'run', 'manifest.json'))).rejects.toThrow('ENOENT');
});

test('a run of another process is not known', async () => {
  await expect(runner.describe({ runId: 'r9', folder: dir, engineId: 'r9' })).rejects.toMatchObject({
    code: 'not_found',
  });
});
