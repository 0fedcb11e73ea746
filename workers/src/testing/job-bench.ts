import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { queuedJob } from '@foretell/backend/db/add-job';
import { openDatabase, type Database } from '@foretell/backend/db/database';
import { datasets, type DatasetRow } from '@foretell/backend/db/data';
import { createJobProgress } from '@foretell/backend/db/job-progress';
import { models, modelVersions, trainings } from '@foretell/backend/db/models';
import { memberships, workspaces } from '@foretell/backend/db/people';
import { insertRows } from '@foretell/backend/db/rows';
import { jobs, type JobRow } from '@foretell/backend/db/work';
import { type RecipeQuestion } from '@foretell/core/contracts/control-api/models';
import { trainingRequest } from '@foretell/core/contracts/control-api/trainings';
import { featureSetSample, featureSetSummary } from '@foretell/core/contracts/feature-set';
import type { Message, MessageType } from '@foretell/core/contracts/messages';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { featureSetKeys, modelVersionKeys, uploadKey } from '@foretell/core/domain/lake-keys';
import { proposeRecipe } from '@foretell/core/domain/propose-recipe';
import { createEgress } from '@foretell/core/node/egress';
import { createLogger } from '@foretell/core/node/logger';
import { newId } from '@foretell/core/node/new-id';
import { createFeatureSetStore } from '../imports/feature-set-store.ts';
import type { ImportDeps } from '../imports/import-deps.ts';
import { createImportHandler } from '../imports/import-handler.ts';
import { createEmbeddedRuns } from '../runs/embedded-runs.ts';
import { createSourceStore } from '../imports/source-store.ts';
import { createRecordFileStore } from '../records/record-file-store.ts';
import { createSampleHandler } from '../sample/handler.ts';
import { createTrainingHandler, type TrainingDeps } from '../trainings/training-handler.ts';
import { createTrainingStore } from '../trainings/training-store.ts';
import { createMemoryLake, type MemoryLake } from './memory-lake.ts';

/** Everything the job handlers need, on SQLite and a lake in memory, with a workspace of one member. */
export interface JobBench {
  database: Database;
  lake: MemoryLake;
  workspace: string;
  importDeps: ImportDeps;
  trainingDeps: TrainingDeps;
  /** Of connections, by the names of their secrets. */
  secrets: Map<string, string>;
  /** Messages that jobs put back on their queue. */
  handedOn: Message[];
  context: { logger: ReturnType<typeof createLogger>; signal: AbortSignal };
  message<T extends MessageType>(type: T, payload: Message<T>['payload']): Message<T>;
  job(type: JobRow['type'], subject: string): Promise<string>;
  finished(job: string): Promise<JobRow>;
  dataset(timeColumn: string | null): Promise<DatasetRow>;
  /** Imports a file's bytes; answers the dataset and the job as it ended. */
  importFile(
    bytes: Buffer | string,
    format: 'csv' | 'jsonl' | 'parquet',
    timeColumn?: string,
  ): Promise<{ dataset: string; job: JobRow }>;
  propose(question: RecipeQuestion): Promise<Recipe>;
  /** The keys of a model's first version. */
  versionKeys(model: string): Promise<ReturnType<typeof modelVersionKeys>>;
  train(recipe: Recipe, request?: object): Promise<{ model: string; training: string; job: JobRow }>;
  close(): Promise<void>;
}

const engine = { threads: 2, memoryMb: 1500 };
const python = resolve(import.meta.dirname, '../../../.tools/runtime/bin/python');

export async function createJobBench(): Promise<JobBench> {
  const dir = await mkdtemp(join(tmpdir(), 'foretell-jobs-'));
  const database = await openDatabase(`sqlite:${join(dir, 'control.db')}`);
  await database.migrate();
  const workDir = join(dir, 'work');
  await mkdir(workDir);
  const lake = createMemoryLake();
  const workspace = newId();
  const createdAt = new Date().toISOString();
  await database.write(async (tx) => {
    await insertRows(tx, workspaces, { id: workspace, name: 'test', createdAt });
    await insertRows(tx, memberships, { workspace, user: newId(), role: 'owner', createdAt });
  });
  const runs = createEmbeddedRuns(lake, engine);
  const shared = { jobs: createJobProgress(database), workDir, lake, engine, runs };
  const sample = createSampleHandler({ lake, workDir: dir, ...engine });
  const secrets = new Map<string, string>();
  const handedOn: Message[] = [];
  const importDeps: ImportDeps = {
    ...shared,
    store: createFeatureSetStore(database),
    invokeSample: sample,
    sources: {
      store: createSourceStore(database),
      readSecret: (name, schema) =>
        Promise.resolve(schema.parse(JSON.parse(secrets.get(name) ?? 'null')) as never),
      egress: createEgress({ allowedHosts: ['127.0.0.1'] }),
      redshift: new RedshiftDataClient({ region: 'us-east-1' }),
      sendAgain: (message) => Promise.resolve(void handedOn.push(message)),
      sliceMs: 60_000,
    },
    recordFiles: createRecordFileStore(database),
  };
  const trainer = { python, threads: 2, memoryMb: 6000, timeoutMs: 120_000 };
  const trainingDeps = {
    ...shared,
    store: createTrainingStore(database),
    trainer,
    trainOnSparkFromRows: Infinity,
  };
  const context = { logger: createLogger('test', 'error'), signal: new AbortController().signal };

  async function firstFeatureSet(dataset: string) {
    const keys = featureSetKeys(workspace, dataset, 1);
    const summary = await lake.getJson(keys.summary, featureSetSummary);
    const sampled = await lake.getJson(keys.sample, featureSetSample);
    const schema = { columns: summary.columns.map(({ name, type }) => ({ name, type })) };
    return { name: 'events', featureSet: 1, schema, summary, sample: sampled };
  }

  const bench: JobBench = {
    database,
    lake,
    workspace,
    importDeps,
    trainingDeps,
    secrets,
    handedOn,
    context,
    message: (type, payload) =>
      ({ id: newId(), type, version: 1, workspace, createdAt: new Date().toISOString(), payload }) as never,
    async job(type, id) {
      const row = queuedJob(workspace, type, { kind: type === 'dataset.import' ? 'dataset' : 'model', id });
      await database.write((tx) => insertRows(tx, jobs, row));
      return row.id;
    },
    finished: (job) => database.read.findOneByOrFail(jobs, { id: job }),
    async dataset(timeColumn) {
      const at = new Date().toISOString();
      const row: DatasetRow = {
        id: newId(),
        workspace,
        name: 'events',
        source: 'upload',
        timeColumn,
        status: 'importing',
        latestFeatureSet: null,
        rows: null,
        schema: null,
        createdAt: at,
        updatedAt: at,
      };
      await database.write((tx) => insertRows(tx, datasets, row));
      return row;
    },
    async importFile(bytes, format, timeColumn) {
      const { id: dataset } = await bench.dataset(timeColumn ?? null);
      const key = uploadKey(workspace, newId());
      await lake.putNew(key, Buffer.from(bytes));
      const job = await bench.job('dataset.import', dataset);
      await createImportHandler(importDeps)(
        bench.message('dataset.import', { job, dataset, uploadKey: key, format }),
        context,
      );
      return { dataset, job: await bench.finished(job) };
    },
    async propose(question) {
      const events = [];
      for (const { dataset } of question.events ?? []) events.push(await firstFeatureSet(dataset));
      return proposeRecipe(question, { ...(await firstFeatureSet(question.dataset)), events });
    },
    async versionKeys(model) {
      const { attempt } = await database.read.findOneByOrFail(modelVersions, { model, n: 1 });
      return modelVersionKeys(workspace, model, 1, attempt);
    },
    async train(recipe, request = {}) {
      const [model, training] = [newId(), newId()];
      const at = new Date().toISOString();
      const job = await bench.job('training.run', model);
      await database.write(async (tx) => {
        await insertRows(tx, models, {
          id: model,
          workspace,
          name: 'model',
          dataset: recipe.dataset,
          recipe,
          latestVersion: null,
          deployedVersion: null,
          createdAt: at,
          updatedAt: at,
        });
        const parameters = trainingRequest.parse(request);
        await insertRows(tx, trainings, {
          id: training,
          workspace,
          model,
          n: 1,
          job,
          parameters,
          modelVersion: null,
          createdAt: at,
        });
      });
      await createTrainingHandler(trainingDeps)(
        bench.message('training.run', { job, model, training }),
        context,
      );
      return { model, training, job: await bench.finished(job) };
    },
    async close() {
      await database.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return bench;
}
