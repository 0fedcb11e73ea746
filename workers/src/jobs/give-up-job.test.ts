import { datasets } from '@foretell/backend/db/data';
import { updateRows } from '@foretell/backend/db/rows';
import { jobs as jobRows, notifications } from '@foretell/backend/db/work';
import { newId } from '@foretell/core/node/new-id';
import { createJobBench, type JobBench } from '../testing/job-bench.ts';
import { giveUpMessage } from './give-up-job.ts';

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
