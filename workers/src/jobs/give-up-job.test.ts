import { datasets } from '@foretell/backend/db/data';
import { updateRows } from '@foretell/backend/db/rows';
import { jobs as jobRows, notifications } from '@foretell/backend/db/work';
import { DomainError } from '@foretell/core/domain/errors';
import { newId } from '@foretell/core/node/new-id';
import { createJobBench, type JobBench } from '../testing/job-bench.ts';
import { giveUpMessage } from './give-up-job.ts';
import { runJob } from './run-job.ts';

let bench: JobBench;
beforeAll(async () => {
  bench = await createJobBench();
});
afterAll(() => bench.close());

test('an import that is given up fails its job and its dataset, and is told once', async () => {
  const dataset = await bench.dataset(null);
  const job = await bench.job('dataset.import', dataset.id);
  const message = bench.message('dataset.import', {
    job,
    dataset: dataset.id,
    uploadKey: newId(),
    format: 'csv',
  });
  const deps = { jobs: bench.importDeps.jobs, database: bench.database };
  await giveUpMessage(deps, message);
  await giveUpMessage(deps, message);
  expect(await bench.finished(job)).toMatchObject({ status: 'failed', error: { code: 'given_up' } });
  expect(await bench.database.read.findOneBy(datasets, { id: dataset.id })).toMatchObject({
    status: 'failed',
  });
  const told = await bench.database.read.findBy(notifications, { workspace: bench.workspace });
  expect(told.map(({ title }) => title)).toEqual(['A job of "events" was given up']);
});

test('what broke a try off is told while the job waits for the next, and when it is given up', async () => {
  const dataset = await bench.dataset(null);
  const id = await bench.job('dataset.import', dataset.id);
  const deps = { jobs: bench.importDeps.jobs, database: bench.database, workDir: bench.importDeps.workDir };
  const kind = { failedKind: 'f', failedTitle: String, link: '/' };
  const unreachable = () =>
    Promise.reject(new DomainError('unavailable', 'db.example.com cannot be reached.'));
  const run = () => runJob(deps, { job: id, workspace: bench.workspace }, kind, bench.context, unreachable);
  await expect(run()).rejects.toThrow('cannot be reached');
  const error = { code: 'unavailable', field: null, detail: 'db.example.com cannot be reached.' };
  expect(await bench.finished(id)).toMatchObject({ status: 'running', error });
  const payload = { job: id, dataset: dataset.id, uploadKey: 'x', format: 'csv' as const };
  await giveUpMessage(deps, bench.message('dataset.import', payload));
  const { error: last } = await bench.finished(id);
  expect(last?.detail).toMatch(/^db.example.com cannot be reached. It was tried again several times/);
});

test('a job that was given up runs again when an operator sends its message once more, and only such a job does', async () => {
  const dataset = await bench.dataset(null);
  const { jobs } = bench.importDeps;
  const job = await bench.job('dataset.import', dataset.id);
  const message = bench.message('dataset.import', {
    job,
    dataset: dataset.id,
    uploadKey: 'x',
    format: 'csv',
  });
  await giveUpMessage({ jobs, database: bench.database }, message);
  expect(await jobs.startJob(job)).toMatchObject({ status: 'running', error: null, finishedAt: null });
  expect(await bench.database.read.findOneBy(datasets, { id: dataset.id })).toMatchObject({
    status: 'importing',
  });
  await jobs.failJob(job, { code: 'not_csv', field: null, detail: 'no' });
  expect(await jobs.startJob(job)).toBeNull();
});

test('a message of an earlier attempt takes nothing from the one that waits now', async () => {
  const dataset = await bench.dataset(null);
  const job = await bench.job('dataset.import', dataset.id);
  const payload = { job, dataset: dataset.id, uploadKey: 'x', format: 'csv' as const };
  const message = bench.message('dataset.import', payload);
  await bench.database.write((tx) => updateRows(tx, jobRows, { id: job }, { attempt: 2, message: newId() }));
  await giveUpMessage({ jobs: bench.importDeps.jobs, database: bench.database }, message);
  expect(await bench.finished(job)).toMatchObject({ status: 'queued', error: null });
});
