import { join } from 'node:path';
import type { DatasetRow } from '@foretell/backend/db/data';
import type { FeatureSetManifest } from '@foretell/core/contracts/feature-set';
import { counted } from '@foretell/core/domain/count-words';
import { DomainError } from '@foretell/core/domain/errors';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { downloadFile } from '@foretell/core/node/lake-files';
import type { JobOutcome, RunningJob } from '../jobs/run-job.ts';
import type { FileFormat } from './check-bytes.ts';
import type { ImportDeps } from './import-deps.ts';
import { importProblem } from './import-problem.ts';
import {
  profileFeatureSet,
  publishedManifest,
  publishFeatureSet,
  secondsSince,
} from './publish-feature-set.ts';
import { writeFeatureSet } from './write-feature-set.ts';

interface Upload {
  dataset: string;
  uploadKey: string;
  format: FileFormat;
}

/** From an uploaded file to a feature set. */
export async function importFile(deps: ImportDeps, payload: Upload, job: RunningJob): Promise<JobOutcome> {
  const dataset = await deps.store.dataset(job.workspace, payload.dataset);
  const n = await deps.store.allot(dataset, job.id);
  const keys = featureSetKeys(job.workspace, dataset.id, n);
  const manifest =
    (await publishedManifest(deps.lake, keys.manifest)) ?? (await convert(deps, payload, dataset, n, job));
  await profileFeatureSet(deps, keys, job);
  return {
    kind: 'dataset.ready',
    title: `"${dataset.name}" is ready`,
    body: `${counted(manifest.rows, 'row')} and ${counted(manifest.schema.columns.length, 'column')} are imported.`,
    link: `/datasets/${dataset.id}`,
    along: (tx) => deps.store.ready(tx, manifest),
  };
}

async function convert(
  { lake, engine }: ImportDeps,
  { uploadKey, format }: Upload,
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
  return publishFeatureSet(lake, dataset, n, written);
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
