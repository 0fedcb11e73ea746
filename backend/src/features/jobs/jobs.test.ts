import { newId } from '@foretell/core/node/new-id';
import { addJob } from '../../db/add-job.ts';
import { datasets } from '../../db/data.ts';
import { createJobProgress } from '../../db/job-progress.ts';
import { insertRows, updateRows } from '../../db/rows.ts';
import { outbox, type JobRow } from '../../db/work.ts';
import { signUp } from '../../testing/sample-workspace.ts';
import { startOfflineBackend } from '../../testing/start-offline-backend.ts';
import type { TestBackend } from '../../testing/start-test-backend.ts';

let backend: TestBackend;
let token: string;
let workspace: string;
beforeAll(async () => {
  backend = await startOfflineBackend();
  ({ token, workspace } = await signUp(backend));
});
afterAll(() => backend.stop());

const progress = () => createJobProgress(backend.database);
const call = (operationId: string, id: string) => backend.client.call(operationId, { token, params: { id } });
const messagesOf = (job: string) => backend.database.read.findBy(outbox, { job });

async function importOf(latestFeatureSet: number | null): Promise<JobRow> {
  const id = newId();
  const at = new Date().toISOString();
  const dataset = { id, workspace, name: 'd', source: 'upload' as const, timeColumn: null, schema: null };
  return backend.database.write(async (tx) => {
    const more = { status: 'importing' as const, latestFeatureSet, rows: null, createdAt: at, updatedAt: at };
    await insertRows(tx, datasets, { ...dataset, ...more });
    const payload = { dataset: id, uploadKey: 'u', format: 'csv' as const };
    return addJob(tx, workspace, 'dataset.import', { kind: 'dataset', id }, payload);
  });
}
const datasetOf = ({ subjectId: id }: JobRow) => backend.database.read.findOneByOrFail(datasets, { id });

test('a job cancelled while it waits is never sent to a worker', async () => {
  const { id } = await importOf(null);
  const { status, body } = await call('cancelJob', id);
  expect([status, body.status]).toEqual([200, 'cancelled']);
  expect(await messagesOf(id)).toEqual([]);
  expect(await progress().startJob(id)).toBeNull();
});

test('the worker of a cancelled job hears of it by its heartbeat, and can finish it no more', async () => {
  const job = await importOf(1);
  const row = (await progress().startJob(job.id))!;
  expect(await progress().heartbeat(row)).toBe(true);
  await call('cancelJob', job.id);
  expect(await progress().heartbeat(row)).toBe(false);
  expect(await progress().reportProgress(job.id, 'read', 0.5)).toBe(false);
  const never = () => Promise.reject(new Error('rows appeared'));
  expect(await progress().succeedJob(job.id, never)).toBe(false);
  expect((await datasetOf(job)).status).toBe('ready');
});

test('a retry is a new attempt with a message of its own, and the earlier one is history', async () => {
  const job = await importOf(null);
  const old = (await progress().startJob(job.id))!;
  const error = { code: 'not_csv', field: 'upload', detail: 'line 3 has no end' };
  await progress().reportProgress(job.id, 'read', 0.4, { bytes: 3 });
  await progress().failJob(job.id, error);
  await backend.database.write((tx) => updateRows(tx, outbox, { job: job.id }, { sentAt: job.createdAt }));
  const { status, body } = await call('retryJob', job.id);
  expect(status).toBe(202);
  expect(body).toMatchObject({ status: 'queued', progress: 0, error: null, attempt: 2, figures: {} });
  expect(body.history).toEqual([
    { attempt: 1, status: 'failed', error, startedAt: old.startedAt, finishedAt: expect.any(String) },
  ]);
  const bodies = (await messagesOf(job.id)).map((row) => JSON.parse(row.body!));
  expect(bodies.map(({ payload }) => payload)).toEqual([bodies[0].payload, bodies[0].payload]);
  expect(bodies[0].id).not.toBe(bodies[1].id);
  expect((await datasetOf(job)).status).toBe('importing');
  expect(await progress().heartbeat(old)).toBe(false);
  await progress().startJob(job.id);
  await progress().succeedJob(job.id);
  expect((await call('getJob', job.id)).body).toMatchObject({ status: 'succeeded', attempt: 2 });
});

test('what is over cannot be cancelled, and what is not cannot be retried: it says why', async () => {
  const { id } = await importOf(null);
  expect((await call('retryJob', id)).body).toMatchObject({
    status: 409,
    detail: expect.stringContaining('is queued'),
  });
  await progress().startJob(id);
  await progress().succeedJob(id);
  expect((await call('cancelJob', id)).body).toMatchObject({
    status: 409,
    detail: expect.stringContaining('succeeded already'),
  });
  expect((await call('retryJob', id)).status).toBe(409);
});

test('jobs are listed by kind, state and what they work on', async () => {
  const [one, other] = [await importOf(null), await importOf(null)];
  await call('cancelJob', other.id);
  const list = async (query: Record<string, string>) => {
    const { body } = await backend.client.call('listJobs', { token, query });
    return body.items.map(({ id }: { id: string }) => id);
  };
  expect(await list({ subject: one.subjectId })).toEqual([one.id]);
  expect(await list({ status: 'cancelled', subject: other.subjectId })).toEqual([other.id]);
  expect(await list({ type: 'training.run' })).toEqual([]);
  expect((await backend.client.call('listJobs', { token, query: { status: 'odd' } })).status).toBe(422);
});
