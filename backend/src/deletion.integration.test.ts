import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { describeOnEachDatabase } from '@foretell/local/testing/test-databases';
import { createJobProgress } from './db/job-progress.ts';
import { models } from './db/models.ts';
import { removals } from './db/removals.ts';
import { updateRows } from './db/rows.ts';
import { auditEvents, jobs, outbox } from './db/work.ts';
import { buildServingContent } from './manifest/build-manifest.ts';
import { sampleRecipe } from './testing/sample-documents.ts';
import { createSampleWorkspace, type SampleWorkspace } from './testing/sample-workspace.ts';
import { startTestBackend, type TestBackend } from './testing/start-test-backend.ts';

let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
beforeAll(async () => {
  aws = await startAwsWithResources();
});
afterAll(() => aws.stop());

describeOnEachDatabase('deleting what was made', (engine) => {
  let backend: TestBackend;
  let sample: SampleWorkspace;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const server = await engine.start();
    backend = await startTestBackend(aws.environment, server.url);
    stop = async () => {
      await backend.stop();
      await server.stop();
    };
  });
  beforeEach(async () => {
    sample = await createSampleWorkspace(backend);
  });
  afterAll(() => stop());

  const call = (operation: string, id: string, body?: object) =>
    backend.client.call(operation, {
      token: sample.token,
      params: { id, n: '1' },
      ...(body ? { body } : {}),
    });
  const statusOf = async (operation: string, id: string) => (await call(operation, id)).status;
  const listed = async (operation: string) => {
    const { body } = await backend.client.call(operation, { token: sample.token });
    return (body.items as { id: string }[]).map(({ id }) => id);
  };
  /** Ends what keeps the sample's model: its deployment with the experiment, its batch prediction. */
  async function release() {
    await call('endDeployment', sample.model);
    await call('cancelJob', sample.batch);
  }
  const messagesOf = async (id: string) => {
    const rows = await backend.database.read.findBy(outbox, { queue: 'imports' });
    const bodies = rows.map(({ body }) => JSON.parse(body ?? '') as { type: string; payload: object });
    return bodies.filter(
      ({ type, payload }) => type === 'removal.run' && 'removal' in payload && payload.removal === id,
    );
  };

  test('a model stays while it is deployed, measured or worked on, and the refusal says which', async () => {
    const first = await call('deleteModel', sample.model);
    expect([first.status, first.body.detail]).toEqual([
      409,
      expect.stringContaining('version 1 of it is deployed'),
    ]);
    expect(first.body.detail).toContain('an experiment runs on it');
    expect(first.body.detail).toContain('a batch prediction is under way');
    await call('endDeployment', sample.model);
    const { detail } = (await call('deleteModel', sample.model)).body as { detail: string };
    expect(detail).not.toMatch(/deployed|experiment/);
    expect(detail).toContain('a batch prediction is under way');
    expect([await statusOf('getModel', sample.model), await messagesOf(sample.model)]).toEqual([200, []]);
  });

  test('a model goes with its versions at once; its predictions and its experiment’s results stay', async () => {
    const { model, experiment, prediction, workspace } = sample;
    await release();
    expect(await statusOf('deleteModel', model)).toBe(204);
    for (const operation of [
      'getModel',
      'getModelVersion',
      'listTrainings',
      'listDeployments',
      'deleteModel',
    ])
      expect([operation, await statusOf(operation, model)]).toEqual([operation, 404]);
    expect(await listed('listModels')).not.toContain(model);
    expect(await statusOf('getPrediction', prediction)).toBe(200);
    expect((await call('getExperimentResults', experiment)).body.looks).toHaveLength(1);
    const removal = await backend.database.read.findOneByOrFail(removals, { id: model });
    expect(removal).toMatchObject({ workspace, kind: 'model', besides: { experiments: [experiment] } });
    expect(await messagesOf(model)).toEqual([
      expect.objectContaining({ workspace, payload: { removal: model, again: false } }),
    ]);
    const audited = await backend.database.read.findBy(auditEvents, { subject: `model ${model}` });
    expect(audited.map(({ action }) => action)).toContain('model.deleted');
  });

  test('a job that worked on what is deleted stays in the history, and is not done again', async () => {
    await release();
    await call('deleteModel', sample.model);
    expect(await statusOf('getJob', sample.batch)).toBe(200);
    const retried = await call('retryJob', sample.batch);
    expect([retried.status, retried.body.detail]).toEqual([409, expect.stringContaining('has been deleted')]);
  });

  test('a batch prediction of a dataset that is deleted is not done again, though its model stays', async () => {
    const { model, unusedDataset } = sample;
    const started = await call('startBatchPrediction', model);
    const id = (started.body as { id: string }).id;
    const { payload } = await backend.database.read.findOneByOrFail(jobs, { id });
    await backend.database.write((tx) =>
      updateRows(tx, jobs, { id }, { payload: { ...payload, dataset: unusedDataset } }),
    );
    expect((await call('deleteDataset', unusedDataset)).body.detail).toContain('a batch prediction');
    await call('cancelJob', id);
    expect(await statusOf('retryJob', id)).toBe(202);
    await call('cancelJob', id);
    expect(await statusOf('deleteDataset', unusedDataset)).toBe(204);
    const retried = await call('retryJob', id);
    expect([retried.status, retried.body.detail]).toEqual([
      409,
      expect.stringMatching(/^The dataset .* deleted/),
    ]);
    expect(await statusOf('getModel', model)).toBe(200);
  });

  test('a dataset stays while models, experiments or jobs use it, and the refusal names them', async () => {
    const { dataset, token } = sample;
    const refusal = async () => {
      const { status, body } = await call('deleteDataset', dataset);
      expect(status).toBe(409);
      return (body as { detail: string }).detail;
    };
    const detail = await refusal();
    expect(detail).toMatch(/models learn from it \(.*"late flights"/);
    expect(detail).toContain('experiments measure by it (on "late flights")');
    expect(detail).toContain('a batch prediction is under way');
    await release();
    for (const one of [sample.model, sample.unusedModel])
      expect(await statusOf('deleteModel', one)).toBe(204);
    const again = await call('createFeatureSet', dataset, { upload: sample.upload });
    expect(await refusal()).toContain('an import of it is under way');
    await call('cancelJob', (again.body as { job: { id: string } }).job.id);
    expect(await statusOf('deleteDataset', dataset)).toBe(204);
    const question = { name: 'm', recipe: sampleRecipe(dataset) };
    expect((await backend.client.call('createModel', { token, body: question })).status).toBe(404);
  });

  test('a model that joins a dataset’s events keeps it as well', async () => {
    const { token, unusedDataset, dataset } = sample;
    const body = { name: 'e', source: { kind: 'upload', upload: sample.upload } };
    const made = (await backend.client.call('createDataset', { token, body })).body;
    await createJobProgress(backend.database).succeedJob(made.job.id);
    const recipe = sampleRecipe(dataset);
    const events = [{ name: 'e', dataset: made.dataset.id, featureSet: 1, entity: 'origin', time: 'date' }];
    await backend.database.write(async (tx) => {
      await updateRows(tx, models, { id: sample.unusedModel }, { recipe: { ...recipe, events } });
    });
    expect((await call('deleteDataset', made.dataset.id)).body.detail).toContain('"draft"');
    expect(await statusOf('deleteDataset', unusedDataset)).toBe(204);
  });

  test('a dataset is in no list and takes no records once it is deleted, and its source asks no more', async () => {
    const { sourcedDataset, unusedDataset, workspace } = sample;
    for (const id of [sourcedDataset, unusedDataset]) {
      expect(await statusOf('deleteDataset', id)).toBe(204);
      for (const operation of ['getDataset', 'listFeatureSets', 'deleteDataset'])
        expect([operation, await statusOf(operation, id)]).toEqual([operation, 404]);
      expect(await listed('listDatasets')).not.toContain(id);
    }
    const { datasets } = await buildServingContent(backend.database.read, new Date());
    expect(datasets.map(({ id }) => id)).not.toContain(unusedDataset);
    const connections = await listed('listConnections');
    for (const id of connections) expect([id, await statusOf('removeConnection', id)]).toEqual([id, 204]);
    expect(await backend.database.read.countBy(removals, { workspace })).toBe(2);
  });

  test('the file that a dataset was imported from goes with it, unless another dataset came of it too', async () => {
    const { token, workspace, upload } = sample;
    const key = `workspaces/${workspace}/uploads/${upload}`;
    const body = { name: 'twin', source: { kind: 'upload', upload } };
    const twin = (await backend.client.call('createDataset', { token, body })).body;
    await createJobProgress(backend.database).succeedJob(twin.job.id);
    const besides = async (id: string) => {
      expect(await statusOf('deleteDataset', id)).toBe(204);
      return (await backend.database.read.findOneByOrFail(removals, { id })).besides.uploads;
    };
    expect(await besides(twin.dataset.id)).toEqual([]);
    await release();
    for (const one of [sample.model, sample.unusedModel]) await call('deleteModel', one);
    expect(await besides(sample.dataset)).toEqual([key]);
    const again = await backend.client.call('createDataset', { token, body });
    expect(again.status).toBe(404);
  });

  test('a file that another dataset is made of in the same moment stays, or that one is not made', async () => {
    const { token } = sample;
    await release();
    for (const one of [sample.model, sample.unusedModel]) await call('deleteModel', one);
    const body = { name: 'twin', source: { kind: 'upload', upload: sample.upload } };
    const [gone, twin] = await Promise.all([
      call('deleteDataset', sample.dataset),
      backend.client.call('createDataset', { token, body }),
    ]);
    expect(gone.status).toBe(204);
    const { besides } = await backend.database.read.findOneByOrFail(removals, { id: sample.dataset });
    expect([
      [202, 0],
      [404, 1],
    ]).toContainEqual([twin.status, besides.uploads.length]);
  });
});
