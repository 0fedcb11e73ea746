import { IsNull, LessThan, type EntityManager } from 'typeorm';
import { column, table } from './columns.ts';
import type { Transaction } from './database.ts';
import { enqueueManifest, enqueueMessage } from './outbox.ts';
import { insertRows } from './rows.ts';

/** A dataset or model that was deleted, until nothing can come for it any more. Its id is the row's. */
export interface RemovalRow {
  id: string;
  workspace: string;
  kind: 'dataset' | 'model';
  /** What goes with it but is not under its folder of the lake. */
  besides: {
    /** Keys of the files that it was imported from, and nothing else was. */
    uploads: string[];
    /** Ended experiments, whose assignments nobody counts any more. */
    experiments: string[];
  };
  requestedAt: string;
  /** When lake and warehouse were found without it, after its last writers were gone. */
  finishedAt: string | null;
}
export const removals = table<RemovalRow>('removals', {
  id: column.id,
  workspace: column.ref,
  kind: column.string(16),
  besides: column.json,
  requestedAt: column.instant,
  finishedAt: column.optional(column.instant),
});

type Removed = Pick<RemovalRow, 'id' | 'workspace' | 'kind'> & { besides?: Partial<RemovalRow['besides']> };

/** In the transaction that deletes the rows: the serving manifest follows, and a worker clears what they named. */
export async function addRemoval(tx: Transaction, { id, workspace, kind, besides }: Removed): Promise<void> {
  await insertRows(tx, removals, {
    id,
    workspace,
    kind,
    besides: { uploads: [], experiments: [], ...besides },
    requestedAt: new Date().toISOString(),
    finishedAt: null,
  });
  await enqueueManifest(tx);
  await enqueueMessage(tx, 'removal.run', workspace, { removal: id, again: false });
}

/**
 * Asks for those again that are not done though they began before `since` (ISO 8601): their message is a dead letter, since
 * lake or warehouse was away for longer than it was tried. Answers how many.
 */
export async function resumeRemovals(tx: Transaction, since: string): Promise<number> {
  const late = await tx.findBy(removals, { finishedAt: IsNull(), requestedAt: LessThan(since) });
  for (const { id, workspace } of late)
    await enqueueMessage(tx, 'removal.run', workspace, { removal: id, again: false });
  return late.length;
}

/** Whether a dataset or model that cannot be found was deleted: then what still comes for it is dropped, and is no error. */
export const wasRemoved = (read: EntityManager, workspace: string, id: string): Promise<boolean> =>
  read.existsBy(removals, { id, workspace });
