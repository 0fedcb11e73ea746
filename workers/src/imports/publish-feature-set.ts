import type { DatasetRow } from '@foretell/backend/db/data';
import {
  featureSetManifest,
  type FeatureSetManifest,
  type FeatureSetSchema,
  type Misfit,
} from '@foretell/core/contracts/feature-set';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { uploadFile } from '@foretell/core/node/lake-files';
import { newAttempt } from '../jobs/new-attempt.ts';
import type { RunningJob } from '../jobs/run-job.ts';
import type { InvokeSample } from './invoke-sample.ts';

/** A feature set as it lies on this machine's disk. */
export interface WrittenFeatureSet {
  rows: number;
  schema: FeatureSetSchema;
  files: { path: string; rows: number; bytes: number }[];
  quarantine?: { path: string; misfits: Misfit[] } | null;
  /** What it was merged from: see the manifest. */
  origin?: string;
}

export const secondsSince = (started: number) => Math.round(performance.now() - started) / 1000;

const parquet = 'application/vnd.apache.parquet';

/** An earlier delivery of a message may have got so far. */
export async function publishedManifest(lake: Lake, key: string): Promise<FeatureSetManifest | null> {
  if ((await lake.size(key)) === null) return null;
  return lake.getJson(key, featureSetManifest);
}

/** Parts under names of this attempt alone, then the schema, then the manifest: whoever writes that first has made the feature set. */
export async function publishFeatureSet(
  lake: Lake,
  { id, workspace }: Pick<DatasetRow, 'id' | 'workspace'>,
  featureSet: number,
  written: WrittenFeatureSet,
): Promise<FeatureSetManifest> {
  const keys = featureSetKeys(workspace, id, featureSet);
  const attempt = newAttempt();
  const files: FeatureSetManifest['files'] = [];
  for (const [index, { path, rows, bytes }] of written.files.entries()) {
    const key = keys.part(index, attempt);
    await uploadFile(lake, key, path, parquet);
    files.push({ key, rows, bytes });
  }
  const { quarantine } = written;
  if (quarantine) await uploadFile(lake, keys.quarantine(attempt), quarantine.path, parquet);
  await lake.putNew(keys.schema, JSON.stringify(written.schema));
  const manifest = featureSetManifest.parse({
    version: 1,
    dataset: id,
    featureSet,
    rows: written.rows,
    files,
    schema: written.schema,
    ...(quarantine ? { quarantine: { key: keys.quarantine(attempt), misfits: quarantine.misfits } } : {}),
    ...(written.origin === undefined ? {} : { origin: written.origin }),
    createdAt: new Date().toISOString(),
  });
  const first = await lake.putNew(keys.manifest, JSON.stringify(manifest));
  return first ? manifest : lake.getJson(keys.manifest, featureSetManifest);
}

/** Has a published feature set's sample and summary made. */
export async function profileFeatureSet(
  { invokeSample }: { invokeSample: InvokeSample },
  keys: ReturnType<typeof featureSetKeys>,
  job: RunningJob,
): Promise<void> {
  await job.report('sample', 0.75);
  const started = performance.now();
  const profile = await invokeSample(
    { manifestKey: keys.manifest, sampleKey: keys.sample, summaryKey: keys.summary },
    job.signal,
  );
  await job.report('sample', 0.95, { sampledRows: profile.sampled, seconds: secondsSince(started) });
}
