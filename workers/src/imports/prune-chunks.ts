import { dirname } from 'node:path/posix';
import { datasets } from '@foretell/backend/db/data';
import type { Database, Transaction } from '@foretell/backend/db/database';
import { lockRow, updateRows } from '@foretell/backend/db/rows';
import { importChunks, type ImportChunkRow } from '@foretell/backend/db/sources';
import { jobs, unfinishedJob } from '@foretell/backend/db/work';
import type { Lake } from '@foretell/core/node/lake';
import { In } from 'typeorm';
import { foldChunks } from './fold-chunks.ts';

interface PruneDeps {
  database: Database;
  lake: Pick<Lake, 'clear'>;
}

/** A dataset with more such chunks than this is pruned; a pruned one has a few. */
const manyChunks = 10;
const datasetsAtOnce = 20;
/** Of a dataset; the oldest first. */
const chunksAtOnce = 1000;

/** A feature set has its rows, or there were none; and its job, which may ask for what itself brought, is over. */
const isSettled =
  (unfinished: ReadonlySet<string>) =>
  ({ featureSet, manifestKey, job }: ImportChunkRow) =>
    (featureSet !== null || manifestKey === null) && !unfinished.has(job);

async function settledChunks({ read }: Database, dataset: string): Promise<ImportChunkRow[]> {
  const order = { id: 'ASC' } as const;
  const rows = await read.find(importChunks, { where: { dataset }, order, take: chunksAtOnce });
  // Asked after the chunks: a job that began meanwhile has none of these.
  const under = await read.findBy(jobs, { subjectId: dataset, status: unfinishedJob });
  return rows.filter(isSettled(new Set(under.map(({ id }) => id))));
}

/** First the rows' objects, which nobody reads any more, then what says that they were there. */
async function pruneDataset(
  { database, lake }: PruneDeps,
  dataset: string,
  signal: AbortSignal,
): Promise<number> {
  const settled = await settledChunks(database, dataset);
  for (const { manifestKey } of settled)
    if (manifestKey !== null) await lake.clear(`${dirname(manifestKey)}/`, signal);
  const ids = settled.map(({ id }) => id);
  return database.write((tx) => foldLocked(tx, dataset, ids));
}

/** As they are now: another worker may have folded some of them, or others into them. */
async function foldLocked(tx: Transaction, dataset: string, ids: readonly string[]): Promise<number> {
  await lockRow(tx, datasets, { id: dataset });
  const { kept, gone } = foldChunks(await tx.findBy(importChunks, { id: In(ids) }));
  for (const { id, toHour, rows } of kept)
    await updateRows(tx, importChunks, { id }, { toHour, rows, manifestKey: null });
  await tx.delete(importChunks, { id: In(gone.map(({ id }) => id)) });
  return gone.length;
}

/** Folds the chunks of the datasets that have many of them; answers how many rows that were fewer. */
export async function pruneChunks(deps: PruneDeps, signal: AbortSignal): Promise<number> {
  const many = await deps.database.read
    .createQueryBuilder(importChunks, 'chunk')
    .select('chunk.dataset', 'dataset')
    .where('chunk.featureSet IS NOT NULL OR chunk.manifestKey IS NULL')
    .groupBy('chunk.dataset')
    .having('COUNT(*) > :manyChunks', { manyChunks })
    .orderBy('COUNT(*)', 'DESC')
    .limit(datasetsAtOnce)
    .getRawMany<{ dataset: string }>();
  let pruned = 0;
  for (const { dataset } of many) pruned += await pruneDataset(deps, dataset, signal);
  return pruned;
}
