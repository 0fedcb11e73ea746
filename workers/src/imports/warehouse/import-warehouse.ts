import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectionRow, ImportChunkRow } from '@foretell/backend/db/sources';
import { openWarehouse } from '@foretell/backend/db/warehouses/open-warehouse';
import { warehouseProblem } from '@foretell/backend/db/warehouses/warehouse-problem';
import type { RowBatch, RowRange, WarehouseSession } from '@foretell/backend/db/warehouses/warehouse-session';
import { databaseCredentials, type WarehouseQuery } from '@foretell/core/contracts/sources';
import { newId } from '@foretell/core/node/new-id';
import type { RunningJob } from '../../jobs/run-job.ts';
import type { ImportDeps } from '../import-deps.ts';
import type { KeptChunk } from '../source-store.ts';
import { putChunk } from '../rows/chunk.ts';
import { createRowStager, type StagedPart } from '../rows/row-stager.ts';
import { databaseCells } from './cells.ts';
import { bringUnloaded, removeUnloaded } from './unload/bring-unloaded.ts';

/** What a query answered, and how a feature set takes it. */
interface Answered {
  chunks: readonly KeptChunk[];
  idColumn: string | null;
  keeps: 'last';
  replaces: boolean;
}

interface WarehouseImport {
  dataset: string;
  asked: WarehouseQuery;
  connection: ConnectionRow;
}

const reportEveryMs = 1000;
/** Of the job's progress; how much there is to come nobody knows, so it stays there while rows come. */
const bringing = 0.1;

/**
 * Brings what the query answers, all of it or what is beyond the last import's by the incremental column, and keeps it as
 * one chunk of this attempt: a worker that dies before begins again, one that dies after does not ask again. Null when a
 * Redshift works for longer than a worker's slice.
 */
export async function importWarehouse(
  deps: ImportDeps,
  { dataset, asked, connection }: WarehouseImport,
  job: RunningJob,
  attempt: number,
): Promise<Answered | null> {
  const { store } = deps.sources;
  const isOfAttempt = ({ job: id, fromHour }: ImportChunkRow) => id === job.id && fromHour === attempt;
  const before = await store.chunks(dataset);
  if (!before.some(isOfAttempt)) {
    await job.report('bring', 0.02);
    const after = lastOf(before);
    const brought =
      connection.kind === 'redshift'
        ? await bringUnloaded(deps, { dataset, asked, connection, after, attempt }, job)
        : await bring(deps, asked, connection, after, job);
    if (!brought) return null;
    const { parts, upTo } = brought;
    const row = {
      id: newId(),
      workspace: job.workspace,
      dataset,
      job: job.id,
      fromHour: attempt,
      toHour: attempt,
      // A greatest value that went back brings nothing: rows beyond it that come again are no new ones.
      upTo: parts.length === 0 ? after : upTo,
      featureSet: null,
      createdAt: new Date().toISOString(),
    };
    await store.addChunk({ ...row, ...(await putChunk(deps.lake, row, `query-${job.id}`, parts)) });
  }
  if (connection.kind === 'redshift') await removeUnloaded(deps, job, dataset);
  const replaces = asked.incrementalColumn === undefined;
  const chunks = await store.newChunks(dataset);
  return {
    chunks: replaces ? chunks.filter(isOfAttempt) : chunks,
    idColumn: asked.keyColumn ?? null,
    keeps: 'last',
    replaces,
  };
}

/** How far the imports before have come. */
function lastOf(chunks: readonly ImportChunkRow[]): string | null {
  const reached = chunks.filter(({ upTo }) => upTo !== null);
  return reached.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)).at(-1)?.upTo ?? null;
}

async function bring(
  { sources: { readSecret, egress } }: ImportDeps,
  asked: WarehouseQuery,
  connection: Exclude<ConnectionRow, { kind: 'redshift' }>,
  after: string | null,
  job: RunningJob,
): Promise<{ parts: StagedPart[]; upTo: string | null }> {
  if (connection.kind === 'amplitude')
    throw new Error(`a connection of kind ${connection.kind} answers no query`);
  const { query, incrementalColumn: column, timeoutSeconds } = asked;
  const credentials = await readSecret(connection.secretRef, databaseCredentials);
  const session = await openWarehouse(connection, {
    egress,
    credentials,
    timeoutSeconds,
    signal: job.signal,
  });
  try {
    if (column === undefined) return { parts: await stage(session, asked, null, job), upTo: null };
    const upTo = await session.greatest(query, column);
    if (upTo === null || upTo === after) return { parts: [], upTo: after };
    const range = { column, after, upTo, inOrder: asked.keyColumn !== undefined };
    return { parts: await stage(session, asked, range, job), upTo };
  } finally {
    await session.close();
  }
}

/** Without the column that names a row, none would be known for one that is there already. */
function checkKey({ columns }: RowBatch, keyColumn: string | undefined): void {
  if (keyColumn === undefined || columns.some(({ name }) => name === keyColumn)) return;
  throw warehouseProblem('keyColumn', 'unknown_column', `The query answers no column "${keyColumn}".`);
}

async function stage(
  session: WarehouseSession,
  { query, keyColumn }: WarehouseQuery,
  range: RowRange | null,
  job: RunningJob,
): Promise<StagedPart[]> {
  const dir = join(job.dir, 'query');
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const stager = createRowStager(dir);
  let [rows, reportedAt] = [0, performance.now()];
  for await (const batch of session.rows(query, range)) {
    checkKey(batch, keyColumn);
    for (const row of batch.rows) await stager.add((sink) => databaseCells(batch.columns, row, sink));
    rows += batch.rows.length;
    if (performance.now() - reportedAt < reportEveryMs) continue;
    reportedAt = performance.now();
    await job.report('bring', bringing, { rows });
  }
  const parts = await stager.finish();
  await job.report('bring', 0.6, { rows });
  return parts;
}
