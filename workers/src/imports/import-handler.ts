import { join } from 'node:path';
import type { DatasetRow } from '@foretell/backend/db/data';
import { featureSetManifest, type FeatureSetManifest } from '@foretell/core/contracts/feature-set';
import type { Message } from '@foretell/core/contracts/messages';
import { DomainError } from '@foretell/core/domain/errors';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { downloadFile, uploadFile } from '@foretell/core/node/lake-files';
import { runJob, type JobDeps, type JobOutcome, type RunningJob } from '../jobs/run-job.ts';
import type { Handler } from '../runtime/handler.ts';
import type { FeatureSetStore } from './feature-set-store.ts';
import { importProblem } from './import-problem.ts';
import type { InvokeSample } from './invoke-sample.ts';
import { writeFeatureSet } from './write-feature-set.ts';

export interface ImportDeps extends JobDeps {
  lake: Lake;
  store: FeatureSetStore;
  invokeSample: InvokeSample;
  engine: { threads: number; memoryMb: number };
}

type ImportMessage = Message<'dataset.import'>;

/** From an uploaded file to a feature set with its sample and summary: typed Parquet, its manifest last. */
export function createImportHandler(deps: ImportDeps): Handler<'dataset.import'> {
  return async ({ workspace, payload }, context) => {
    const link = `/datasets/${payload.dataset}`;
    const kind = {
      failedKind: 'dataset.failed',
      failedTitle: 'A dataset could not be imported',
      link,
      alongFailure: (tx: Parameters<FeatureSetStore['failed']>[0]) => deps.store.failed(tx, payload.dataset),
    };
    await runJob(deps, { job: payload.job, workspace }, kind, context, (job) =>
      importFile(deps, payload, job),
    );
  };
}

async function importFile(
  deps: ImportDeps,
  payload: ImportMessage['payload'],
  job: RunningJob,
): Promise<JobOutcome> {
  const dataset = await deps.store.dataset(job.workspace, payload.dataset);
  const n = await deps.store.allot(dataset, job.id);
  const keys = featureSetKeys(job.workspace, dataset.id, n);
  const manifest =
    (await publishedManifest(deps.lake, keys.manifest)) ?? (await convert(deps, payload, dataset, n, job));
  await job.report('sample', 0.75);
  const started = performance.now();
  const profile = await deps.invokeSample(
    { manifestKey: keys.manifest, sampleKey: keys.sample, summaryKey: keys.summary },
    job.signal,
  );
  await job.report('sample', 0.95, { sampledRows: profile.sampled, seconds: secondsSince(started) });
  return {
    kind: 'dataset.ready',
    title: `"${dataset.name}" is ready`,
    body: `${manifest.rows} rows and ${manifest.schema.columns.length} columns are imported.`,
    link: `/datasets/${dataset.id}`,
    along: (tx) => deps.store.ready(tx, manifest),
  };
}

/** An earlier delivery of this message may have got so far. */
async function publishedManifest(lake: Lake, key: string): Promise<FeatureSetManifest | null> {
  if ((await lake.size(key)) === null) return null;
  return lake.getJson(key, featureSetManifest);
}

async function convert(
  { lake, engine }: ImportDeps,
  { uploadKey, format }: ImportMessage['payload'],
  dataset: DatasetRow,
  n: number,
  job: RunningJob,
): Promise<FeatureSetManifest> {
  let started = performance.now();
  await job.report('read', 0.05);
  const path = join(job.dir, 'upload');
  const bytes = await download(lake, uploadKey, path, job.signal);
  await job.report('read', 0.2, { bytes, seconds: secondsSince(started) });
  started = performance.now();
  const written = await writeFeatureSet(
    { path, format, timeColumn: dataset.timeColumn },
    job.dir,
    { ...engine, tempDir: join(job.dir, 'spill'), signal: job.signal },
    (columns) => job.report('type', 0.4, { columns: columns.length, seconds: secondsSince(started) }),
  );
  await job.report('write', 0.6, {
    rows: written.rows,
    files: written.files.length,
    seconds: secondsSince(started),
  });
  return publish(lake, dataset, n, written, job);
}

async function download(lake: Lake, key: string, path: string, signal: AbortSignal): Promise<number> {
  try {
    return await downloadFile(lake, key, path, signal);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found')
      throw importProblem(
        'not_uploaded',
        'The file was never uploaded: PUT its bytes to the upload’s URL first.',
        { field: 'upload', cause: error },
      );
    throw error;
  }
}

/** Parts under names of this attempt alone, then the schema, then the manifest: whoever writes that first has made the feature set. */
async function publish(
  lake: Lake,
  dataset: DatasetRow,
  featureSet: number,
  written: Awaited<ReturnType<typeof writeFeatureSet>>,
  job: RunningJob,
): Promise<FeatureSetManifest> {
  const keys = featureSetKeys(job.workspace, dataset.id, featureSet);
  const attempt = crypto.randomUUID().slice(0, 8);
  const files: FeatureSetManifest['files'] = [];
  for (const [index, { path, rows, bytes }] of written.files.entries()) {
    const key = keys.part(index, attempt);
    await uploadFile(lake, key, path, 'application/vnd.apache.parquet');
    files.push({ key, rows, bytes });
  }
  await lake.putNew(keys.schema, JSON.stringify(written.schema));
  const manifest = featureSetManifest.parse({
    version: 1,
    dataset: dataset.id,
    featureSet,
    rows: written.rows,
    files,
    schema: written.schema,
    createdAt: new Date().toISOString(),
  });
  const first = await lake.putNew(keys.manifest, JSON.stringify(manifest));
  return first ? manifest : lake.getJson(keys.manifest, featureSetManifest);
}

const secondsSince = (started: number) => Math.round(performance.now() - started) / 1000;
