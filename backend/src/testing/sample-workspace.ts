import { newId } from '@foretell/core/node/new-id';
import { createJobProgress } from '../db/job-progress.ts';
import { sampleRecipe } from './sample-documents.ts';
import type { TestBackend } from './start-test-backend.ts';
import { addLook, addPrediction, finishImport, finishTraining } from './worker-rows.ts';

const password = 'correct horse battery staple';
const csv = 'date,origin,distance,delay\n2026-01-01,ABQ,300,20\n';

export const newEmail = () => `${newId()}@example.com`;

interface Answer {
  id: string;
  token: string;
  user: { id: string };
  workspace: { id: string };
}

export async function signUp(
  { client }: TestBackend,
  body: Record<string, string> = { workspace: 'Flights' },
) {
  const email = newEmail();
  const answer = await client.call('signUp', { body: { email, password, ...body } });
  const { token, user, workspace } = answer.body as Answer;
  return { token, email: body['email'] ?? email, password, user: user.id, workspace: workspace.id };
}

/** A second person in the workspace of `token`, by invitation. */
export async function invite(backend: TestBackend, token: string, role: 'owner' | 'editor' | 'viewer') {
  const email = newEmail();
  const added = await backend.client.call('addMember', { token, body: { email, role } });
  return signUp(backend, { email, invitation: (added.body as { invitation: Answer }).invitation.token });
}

async function addDataset(backend: TestBackend, token: string, workspace: string) {
  const { client } = backend;
  const file = { filename: 'flights.csv', bytes: csv.length };
  const asked = await client.call('createUpload', { token, body: file });
  const { url, upload: id } = asked.body as { url: string; upload: string };
  const put = await fetch(url, { method: 'PUT', body: csv });
  if (!put.ok) throw new Error(`the upload was answered ${put.status}: ${await put.text()}`);
  const request = { name: 'flights', source: { kind: 'upload', upload: id } };
  const answer = await client.call('createDataset', { token, body: request });
  const created = answer.body as { dataset: Answer; job: Answer };
  const [dataset, job] = [created.dataset.id, created.job.id];
  await finishImport(backend, { workspace, dataset, job });
  return { upload: id, dataset, job };
}

/** Two uploads by parts: one whose parts have all come, and one of which none has. */
async function addMultipartUploads({ client }: TestBackend, token: string) {
  const body = { filename: 'flights.csv', bytes: csv.length };
  const begin = async () =>
    ((await client.call('createMultipartUpload', { token, body })).body as { upload: string }).upload;
  const [multipartUpload, abandonedUpload] = [await begin(), await begin()];
  const params = { id: multipartUpload };
  const signed = await client.call('signUploadParts', { token, params, body: { parts: [1] } });
  const { parts } = signed.body as { parts: [{ url: string }] };
  const put = await fetch(parts[0].url, { method: 'PUT', body: csv });
  if (!put.ok) throw new Error(`the part was answered ${put.status}: ${await put.text()}`);
  return { multipartUpload, abandonedUpload };
}

/** A connection that nothing is imported by, and a dataset that was once imported by another. */
async function addSource({ client, database }: TestBackend, token: string) {
  const settings = { region: 'eu' };
  const credentials = { apiKey: 'a key', secretKey: 'a secret' };
  const body = { name: 'product analytics', kind: 'amplitude', settings, credentials };
  const connect = async () => ((await client.call('createConnection', { token, body })).body as Answer).id;
  const [connection, used] = [await connect(), await connect()];
  const source = { kind: 'amplitude', connection: used, from: '2026-01-01T00:00:00Z', everyHours: 24 };
  const answer = await client.call('createDataset', { token, body: { name: 'events', source } });
  const { dataset, job } = answer.body as { dataset: Answer; job: Answer };
  const error = { code: 'no_data', field: null, detail: 'no data' };
  await createJobProgress(database).failJob(job.id, error);
  return { connection, sourcedDataset: dataset.id };
}

async function addModel(backend: TestBackend, token: string, workspace: string, dataset: string) {
  const { client } = backend;
  const request = { name: 'late flights', recipe: sampleRecipe(dataset) };
  const model = ((await client.call('createModel', { token, body: request })).body as Answer).id;
  const started = await client.call('startTraining', { token, params: { id: model }, body: {} });
  const { id: training, job } = started.body as { id: string; job: Answer };
  await finishTraining(backend, { workspace, dataset, model, training, job: job.id });
  return { model, training };
}

export const deploymentWithExperiment = (dataset: string) => ({
  version: 1,
  experiment: {
    fallback: { kind: 'random' },
    metrics: [{ name: 'late', kind: 'conversion', dataset, unitColumn: 'origin', valueColumn: 'delay' }],
  },
});

/** A workspace with one of everything, each thing as its maker leaves it. */
export async function createSampleWorkspace(backend: TestBackend) {
  const { client } = backend;
  const owner = await signUp(backend);
  const { token, workspace } = owner;
  const viewer = await invite(backend, token, 'viewer');
  const data = await addDataset(backend, token, workspace);
  const sourced = await addSource(backend, token);
  const sent = await addMultipartUploads(backend, token);
  const { model, training } = await addModel(backend, token, workspace, data.dataset);
  const create = async (operationId: string, body: unknown, params = {}): Promise<Answer> =>
    (await client.call(operationId, { token, params, body })).body as Answer;
  const { dataset } = data;
  const stream = await create('createDataset', { name: 'outcomes', source: { kind: 'stream' } });
  const untrained = await create('createModel', { name: 'draft', recipe: sampleRecipe(dataset) });
  const deployed = await create('deploy', deploymentWithExperiment(dataset), { id: model });
  const experiment = (deployed as unknown as { experiment: string }).experiment;
  await addLook(backend, workspace, experiment);
  const prediction = await addPrediction(backend, { workspace, model, experiment });
  const team = await create('createTeam', { name: 'growth' });
  const key = await create('createApiKey', { name: 'server' });
  const asked = await create('addMember', { email: newEmail(), role: 'editor' });
  const batch = await create('startBatchPrediction', {}, { id: model });
  return {
    ...data,
    ...sourced,
    ...sent,
    workspace,
    token,
    owner,
    viewer,
    model,
    training,
    unusedDataset: (stream as unknown as { dataset: Answer }).dataset.id,
    unusedModel: untrained.id,
    deployment: deployed.id,
    experiment,
    prediction: prediction.id,
    team: team.id,
    apiKey: (key as unknown as { apiKey: Answer }).apiKey.id,
    invitation: (asked as unknown as { invitation: Answer }).invitation.id,
    batch: batch.id,
  };
}
export type SampleWorkspace = Awaited<ReturnType<typeof createSampleWorkspace>>;
