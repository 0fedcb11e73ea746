import type { Database, Transaction } from '@foretell/backend/db/database';
import { recordFiles, type RecordFileRow } from '@foretell/backend/db/record-files';
import { updateRows } from '@foretell/backend/db/rows';
import { In, IsNull } from 'typeorm';

/** Batches of streamed records on their way into a feature set. */
export interface RecordFileStore {
  /** Keeps that a batch is in the lake, once: a redelivered batch that a feature set has already stays there. */
  add(row: RecordFileRow): Promise<void>;
  /** A dataset's batches that no feature set has, the oldest first. */
  waiting(dataset: string, limit: number): Promise<RecordFileRow[]>;
  /** The datasets that batches wait of, of every workspace. */
  waitingDatasets(): Promise<{ dataset: string; workspace: string }[]>;
  /** In the transaction that shows feature set `n`. */
  markMerged(tx: Transaction, files: readonly RecordFileRow[], n: number | null): Promise<void>;
}

export function createRecordFileStore(database: Database): RecordFileStore {
  return {
    add: (row) =>
      database.write(async (tx) => {
        await tx.createQueryBuilder().insert().into(recordFiles).values(row).orIgnore().execute();
      }),
    waiting: (dataset, take) =>
      database.read.find(recordFiles, {
        where: { dataset, featureSet: IsNull() },
        order: { createdAt: 'ASC', batch: 'ASC' },
        take,
      }),
    waitingDatasets: () =>
      database.read
        .createQueryBuilder(recordFiles, 'file')
        .select('file.dataset', 'dataset')
        .addSelect('file.workspace', 'workspace')
        .distinct(true)
        .where('file.featureSet IS NULL')
        .getRawMany<{ dataset: string; workspace: string }>(),
    async markMerged(tx, files, n) {
      await updateRows(tx, recordFiles, { batch: In(files.map(({ batch }) => batch)) }, { featureSet: n });
    },
  };
}
