import type { Database } from '@foretell/backend/db/database';
import { deleteInBatches } from '@foretell/backend/db/delete-in-batches';
import { featureSets } from '@foretell/backend/db/data';
import { recordFiles } from '@foretell/backend/db/record-files';
import { removals, type RemovalRow } from '@foretell/backend/db/removals';
import { updateRows } from '@foretell/backend/db/rows';
import { importChunks } from '@foretell/backend/db/sources';
import { servingManifest } from '@foretell/core/contracts/serving-manifest';
import { DomainError } from '@foretell/core/domain/errors';
import {
  datasetFolder,
  datasetUnloadsFolder,
  modelFolder,
  servingManifestKey,
} from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { stringLiteral } from '@foretell/spark-jobs/dialect';
import { IsNull } from 'typeorm';
import type { Handler } from '../runtime/handler.ts';
import type { SendMessage } from '../runtime/send-message.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

export interface RemovalDeps {
  database: Database;
  lake: Lake;
  warehouse: Pick<Warehouse, 'transaction'>;
  send: SendMessage;
  now: () => Date;
}

/**
 * Whoever was still writing to it when it went (a job cancelled just before, a batch in a worker's hands) is done by then:
 * all that SQS can wait.
 */
const lastWritersSeconds = 900;

/** What is published is read again: a replica that loads what it names must find it. */
async function expectUnnamed({ lake }: RemovalDeps, { id, kind }: RemovalRow): Promise<void> {
  const { models, datasets } = await lake.getJson(servingManifestKey, servingManifest);
  if ([...models, ...datasets].some((named) => named.id === id))
    throw new DomainError('unavailable', `The serving manifest names the ${kind} ${id} still.`);
}

const foldersOf = ({ kind, workspace, id }: RemovalRow) =>
  kind === 'model'
    ? [modelFolder(workspace, id)]
    : [datasetFolder(workspace, id), datasetUnloadsFolder(workspace, id)];

async function clearLake({ lake }: RemovalDeps, removal: RemovalRow, signal: AbortSignal): Promise<number> {
  let objects = 0;
  for (const folder of foldersOf(removal)) objects += await lake.clear(folder, signal);
  for (const key of removal.besides.uploads) await lake.delete(key);
  return objects + removal.besides.uploads.length;
}

/** Metric events of a dataset's records; of a model's experiments who was in which group. */
async function clearWarehouse({ warehouse }: RemovalDeps, { kind, id, besides }: RemovalRow): Promise<void> {
  if (kind === 'dataset')
    return warehouse.transaction([`DELETE FROM metric_events WHERE dataset = ${stringLiteral(id)}`]);
  if (besides.experiments.length === 0) return;
  const ids = besides.experiments.map(stringLiteral).join(', ');
  await warehouse.transaction([`DELETE FROM experiment_assignments WHERE experiment IN (${ids})`]);
}

/**
 * What is kept of a dataset's rows on their way, and of a feature set that a cancelled import began just before. Batches
 * that were merged are forgotten when their time comes, as all are: no index finds those of one dataset.
 */
async function forget(database: Database, dataset: string): Promise<void> {
  await deleteInBatches(database, recordFiles, 'batch', { dataset, featureSet: IsNull() });
  await deleteInBatches(database, importChunks, 'id', { dataset });
  await deleteInBatches(database, featureSets, 'id', { dataset });
}

/**
 * `removal.run`: clears what a deleted dataset or model is in lake, warehouse and bookkeeping, and once more when its last
 * writers are gone. Nothing is decided here but by what there is: another delivery, or another worker after a kill, goes on.
 */
export function createRemovalHandler(deps: RemovalDeps): Handler<'removal.run'> {
  const { database, send, now } = deps;
  return async ({ workspace, payload: { removal: id, again } }, { logger, signal }) => {
    const removal = await database.read.findOneBy(removals, { id, workspace });
    // Forgotten, long after it was done.
    if (!removal) return;
    await expectUnnamed(deps, removal);
    const objects = await clearLake(deps, removal, signal);
    await clearWarehouse(deps, removal);
    if (removal.kind === 'dataset') await forget(database, id);
    logger.info({ [removal.kind]: id, objects, again }, 'cleared what was deleted');
    if (!again) return send('removal.run', workspace, { removal: id, again: true }, lastWritersSeconds);
    const finishedAt = now().toISOString();
    await database.write((tx) => updateRows(tx, removals, { id }, { finishedAt }));
  };
}
