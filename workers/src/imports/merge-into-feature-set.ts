import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetRow } from '@foretell/backend/db/data';
import type { Transaction } from '@foretell/backend/db/database';
import {
  featureSetManifest,
  type FeatureSetManifest,
  type Misfit,
} from '@foretell/core/contracts/feature-set';
import { counted, whole } from '@foretell/core/domain/count-words';
import { DomainError } from '@foretell/core/domain/errors';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { downloadFile } from '@foretell/core/node/lake-files';
import type { JobOutcome, RunningJob } from '../jobs/run-job.ts';
import type { ImportDeps } from './import-deps.ts';
import { importProblem } from './import-problem.ts';
import { nothingNew } from './nothing-new.ts';
import {
  profileFeatureSet,
  publishedManifest,
  publishFeatureSet,
  secondsSince,
} from './publish-feature-set.ts';
import { mergeParts, type Merged, type MergeInput } from './rows/merge-parts.ts';
import type { StagedPart } from './rows/row-stager.ts';
import type { Column } from './rows/settle-columns.ts';

/** Rows that came, in the lake. */
export interface NewRows {
  /** Of the objects that hold them: the same ones are the same rows. */
  keys: readonly string[];
  /** The column that names a row: of rows with one name one is kept. */
  idColumn: string | null;
  /** Which one: the one that came first, or the newest. */
  keeps: 'first' | 'last';
  /** They take the place of the rows before them. */
  replaces: boolean;
  /** Brings them into `dir`. */
  stage: (dir: string, signal: AbortSignal) => Promise<StagedPart[]>;
  /** In the transaction that shows feature set `n`, which has them. */
  markMerged: (tx: Transaction, n: number | null) => Promise<void>;
}

/** The dataset's newest feature set and the rows that came, as its next feature set. */
export async function mergeIntoFeatureSet(
  deps: ImportDeps,
  dataset: DatasetRow,
  rows: NewRows,
  job: RunningJob,
): Promise<JobOutcome> {
  const base = dataset.latestFeatureSet;
  const done = (n: number | null) => async (tx: Transaction) => {
    await deps.store.expectNewest(tx, dataset.id, base);
    await rows.markMerged(tx, n);
  };
  if (rows.keys.length === 0)
    return nothingNew(deps, dataset, { replaces: rows.replaces, along: done(base) }, job);
  const origin = originOf(base, rows);
  const { n, published } = await placeFor(deps, dataset, origin, job);
  const manifest = published ?? (await merge(deps, dataset, { n, origin, rows }, job));
  if (manifest === null)
    return nothingNew(deps, dataset, { replaces: rows.replaces, along: done(base) }, job);
  if (manifest.origin !== origin)
    throw new DomainError('unavailable', 'Another worker has merged other rows meanwhile.');
  await profileFeatureSet(deps, featureSetKeys(job.workspace, dataset.id, n), job);
  const added = manifest.rows - (dataset.rows ?? 0);
  const columns = `in ${counted(manifest.schema.columns.length, 'column')}`;
  return {
    ...(base === null
      ? { kind: 'dataset.ready', title: `"${dataset.name}" is ready` }
      : { kind: 'dataset.updated', title: `"${dataset.name}" has new data` }),
    body: `${rows.replaces ? counted(manifest.rows, 'row') : `${counted(added, 'new row')}, ${whole(manifest.rows)} in all,`} ${columns}.${keptApart(manifest.quarantine?.misfits ?? [])}`,
    link: `/datasets/${dataset.id}`,
    along: async (tx) => {
      await done(n)(tx);
      await deps.store.ready(tx, manifest);
    },
  };
}

const originOf = (base: number | null, { keys }: NewRows) =>
  createHash('sha256')
    .update(JSON.stringify([base, ...keys]))
    .digest('hex');

/** The number of the next feature set, and what an earlier delivery published under it of the very same rows. */
async function placeFor(
  { store, lake }: ImportDeps,
  dataset: DatasetRow,
  origin: string,
  job: RunningJob,
): Promise<{ n: number; published: FeatureSetManifest | null }> {
  const n = await store.allot(dataset, job.id);
  const { manifest } = featureSetKeys(job.workspace, dataset.id, n);
  const published = await publishedManifest(lake, manifest);
  const outdated = n <= (dataset.latestFeatureSet ?? 0) || (published && published.origin !== origin);
  return outdated ? { n: await store.allotAnew(dataset, job.id), published: null } : { n, published };
}

/** Null when every row was there already. */
async function merge(
  { lake }: ImportDeps,
  dataset: DatasetRow,
  { n, origin, rows: { stage, idColumn, keeps, replaces } }: { n: number; origin: string; rows: NewRows },
  job: RunningJob,
): Promise<FeatureSetManifest | null> {
  const started = performance.now();
  await job.report('merge', 0.6);
  const dir = join(job.dir, 'merge');
  await mkdir(dir, { recursive: true });
  const parts = await stage(dir, job.signal);
  const earlier = replaces
    ? { columns: stillThere(dataset, parts), files: [] }
    : await fetchEarlier(lake, dataset, dir, job.signal);
  const merged = await mergeParts({
    earlier,
    parts,
    idColumn,
    keeps,
    outputDir: join(dir, 'out'),
    signal: job.signal,
  });
  checkTimeColumn(dataset, merged);
  const { rows, duplicates, added, widened, quarantine } = merged;
  await job.report('merge', 0.7, {
    rows,
    duplicates,
    newColumns: added.length,
    widenedColumns: widened,
    keptApart: (quarantine?.misfits ?? []).slice(0, 50),
    seconds: secondsSince(started),
  });
  const isNew =
    keeps === 'last' || rows > (dataset.rows ?? 0) || added.length > 0 || dataset.latestFeatureSet === null;
  return isNew
    ? publishFeatureSet(lake, dataset, n, { ...merged, schema: { columns: merged.columns }, origin })
    : null;
}

/** Of the columns that the dataset has, those that what came in its place has too: their types stay. */
function stillThere({ schema }: DatasetRow, parts: readonly StagedPart[]): Column[] {
  const names = new Set(parts.flatMap(({ variants }) => variants.map(({ column }) => column)));
  return (schema?.columns ?? []).filter(({ name }) => names.has(name));
}

async function fetchEarlier(
  lake: Lake,
  { workspace, id, latestFeatureSet, schema: promised }: DatasetRow,
  dir: string,
  signal: AbortSignal,
): Promise<MergeInput['earlier']> {
  // Streamed records are checked against the columns of the first ones before there is a feature set.
  if (latestFeatureSet === null) return { columns: promised?.columns ?? [], files: [] };
  const { manifest: key } = featureSetKeys(workspace, id, latestFeatureSet);
  const { files, schema } = await lake.getJson(key, featureSetManifest);
  const fetched = [];
  for (const [index, file] of files.entries()) {
    const path = join(dir, `earlier-${index}.parquet`);
    await downloadFile(lake, file.key, path, signal);
    fetched.push({ path, rows: file.rows, bytes: file.bytes });
  }
  return { columns: schema.columns, files: fetched };
}

function checkTimeColumn({ timeColumn }: DatasetRow, { columns }: Merged): void {
  const column = columns.find(({ name }) => name === timeColumn);
  if (timeColumn === null || column?.type === 'timestamp' || column?.type === 'date') return;
  throw importProblem(
    'unknown_column',
    column
      ? `"${timeColumn}" is said to be the time, and holds values that are no times.`
      : `There is no column "${timeColumn}", which is said to be the time.`,
    { field: 'timeColumn' },
  );
}

function keptApart(misfits: readonly Misfit[]): string {
  if (misfits.length === 0) return '';
  const values = misfits.reduce((sum, misfit) => sum + misfit.values, 0);
  const columns = [...new Set(misfits.map(({ column }) => column))];
  const named = columns.slice(0, 3).join(', ') + (columns.length > 3 ? ' …' : '');
  return ` ${counted(values, 'value')} did not fit ${columns.length === 1 ? 'its column' : 'their columns'} (${named}) and ${values === 1 ? 'is' : 'are'} kept apart.`;
}
