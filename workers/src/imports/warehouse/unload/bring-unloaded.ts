import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectionRow } from '@foretell/backend/db/sources';
import { cancelStatements } from '@foretell/backend/db/warehouses/redshift/cancel-statements';
import { createRedshift } from '@foretell/backend/db/warehouses/redshift/redshift';
import { unloadSql } from '@foretell/backend/db/warehouses/redshift/unload-sql';
import { checkColumns, warehouseProblem } from '@foretell/backend/db/warehouses/warehouse-problem';
import type { WarehouseQuery } from '@foretell/core/contracts/sources';
import { DomainError } from '@foretell/core/domain/errors';
import { unloadKeys, unloadsPrefix } from '@foretell/core/domain/lake-keys';
import { downloadFile } from '@foretell/core/node/lake-files';
import type { RunningJob } from '../../../jobs/run-job.ts';
import type { ImportDeps } from '../../import-deps.ts';
import { withSmallEngine } from '../../rows/part-files.ts';
import type { StagedPart } from '../../rows/row-stager.ts';
import { partOfUnloaded, topOf, withUnloadEngine, type UnloadedPart } from './parquet-part.ts';
import { readUnloadManifest, type Unloaded } from './unload-manifest.ts';

export interface UnloadRequest {
  dataset: string;
  asked: WarehouseQuery;
  connection: Extract<ConnectionRow, { kind: 'redshift' }>;
  /** The greatest value of the incremental column that is there already. */
  after: string | null;
  /** Of the job: its statement is submitted once, whichever worker comes for it. */
  attempt: number;
}

/** What the labels of a job's statements begin with; each attempt has its own. */
const labelsOf = (job: string) => `foretell-import-${job}-`;

/** Ends what a job that is over may have left running: nobody comes for it. Of a source that is gone nobody knows its kind. */
export async function cancelUnloads(
  { sources }: Pick<ImportDeps, 'sources'>,
  { job, dataset }: { job: string; dataset: string },
): Promise<void> {
  const kind = await sources.store.kind(dataset);
  if (kind === 'redshift' || kind === null) await cancelStatements(sources.redshift, labelsOf(job));
}

/**
 * Has Redshift unload what the query answers into the lake, and makes parts of its files, one after the other. Null when it
 * is not done within the worker's slice: it goes on by itself, for whoever comes next.
 */
export async function bringUnloaded(
  { lake, sources }: ImportDeps,
  { dataset, asked, connection, after, attempt }: UnloadRequest,
  job: RunningJob,
): Promise<{ parts: StagedPart[]; upTo: string | null } | null> {
  const { query, incrementalColumn, keyColumn, timeoutSeconds } = asked;
  const name = createHash('sha256')
    .update(JSON.stringify([job.id, attempt, asked, after]))
    .digest('hex');
  const keys = unloadKeys(job.workspace, dataset, job.id, name.slice(0, 16));
  const { settings, secretRef } = connection;
  const label = `${labelsOf(job.id)}${attempt}`;
  // An attempt that was cancelled while no worker held it goes on.
  if (attempt > 1) await cancelStatements(sources.redshift, labelsOf(job.id), label);
  const id = await createRedshift(sources.redshift, settings, secretRef).runFor(sources.sliceMs, {
    name,
    label,
    sql: unloadSql({
      query,
      beyond: incrementalColumn === undefined ? null : { column: incrementalColumn, after },
      // Of rows with one key the last stays.
      inOrder: incrementalColumn !== undefined && keyColumn !== undefined,
      target: `s3://${lake.bucket}/${keys.prefix}`,
      roleArn: settings.unloadRole,
    }),
    timeoutSeconds,
    signal: job.signal,
    cancelled: job.cancelled,
  });
  if (id === null) return null;
  const unloaded = await readUnloadManifest(lake, keys);
  checkNames(unloaded, asked);
  const { parts, top } = await stage(lake, unloaded, incrementalColumn, job);
  const type = unloaded.columns.find((column) => column.name === incrementalColumn)?.type;
  return { parts, upTo: top === null ? after : inUtc(top, type) };
}

/** Redshift names columns in lower case: what the user calls otherwise would never be found among them. */
function checkNames({ columns }: Unloaded, { incrementalColumn, keyColumn }: WarehouseQuery): void {
  checkColumns(columns.map(({ name }) => ({ name, unsupported: null })));
  const names = columns.map(({ name }) => name);
  for (const [field, asked] of Object.entries({ incrementalColumn, keyColumn }))
    if (asked !== undefined && names.length > 0 && !names.includes(asked))
      throw warehouseProblem(
        field,
        'unknown_column',
        `The query has no column "${asked}". Redshift calls them ${names.slice(0, 10).join(', ')}.`,
      );
}

async function stage(
  lake: ImportDeps['lake'],
  { files, columns }: Unloaded,
  incrementalColumn: string | undefined,
  job: RunningJob,
): Promise<{ parts: StagedPart[]; top: string | null }> {
  const dir = join(job.dir, 'unloaded');
  await rm(dir, { recursive: true, force: true });
  await mkdir(join(dir, 'spill'), { recursive: true });
  const parts: UnloadedPart[] = [];
  let rows = 0;
  for (const [index, { key, rows: told }] of files.entries()) {
    const [source, target] = [join(dir, 'fetched.parquet'), join(dir, `${index}.parquet`)];
    await downloadFile(lake, key, source, job.signal);
    const part = await withUnloadEngine(
      columns.length,
      join(dir, 'spill'),
      (connection) => partOfUnloaded(connection, source, target, incrementalColumn),
      job.signal,
    );
    if (told !== null && told !== part.rows)
      throw new DomainError('unavailable', `${key} has ${part.rows} rows, and Redshift wrote ${told}.`);
    await rm(source);
    if (part.rows > 0) parts.push(part);
    rows += part.rows;
    await job.report('bring', 0.1 + (0.5 * (index + 1)) / files.length, { rows });
  }
  const tops = parts.map((part) => part.top);
  const top = await withSmallEngine(join(dir, 'spill'), (connection) => topOf(connection, tops));
  return { parts: parts.map(({ top: _, ...part }) => part), top };
}

/** Whatever zone the user's sessions are in, the text is compared as what it is. */
const inUtc = (top: string, type = '') =>
  /with time zone|timestamptz/i.test(type) && !/without/i.test(type) ? `${top.replace(/\+00$/, '')}+00` : top;

/** What is a chunk now need not lie in the lake as it was unloaded, too. */
export async function removeUnloaded(
  { lake }: ImportDeps,
  { id, workspace, signal }: RunningJob,
  dataset: string,
): Promise<void> {
  await lake.clear(unloadsPrefix(workspace, dataset, id), signal);
}
