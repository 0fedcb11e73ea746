import type { Database, Transaction } from '@foretell/backend/db/database';
import { updateRows } from '@foretell/backend/db/rows';
import {
  connections,
  datasetSources,
  importChunks,
  type ConnectionRow,
  type DatasetSourceRow,
  type ImportChunkRow,
} from '@foretell/backend/db/sources';
import { In, IsNull, Not } from 'typeorm';
import { importProblem } from './import-problem.ts';

/** A chunk that has rows. */
export type KeptChunk = ImportChunkRow & { manifestKey: string };

/** What an import from a source reads and writes of the control plane. */
export interface SourceStore {
  source(
    workspace: string,
    dataset: string,
  ): Promise<{ source: DatasetSourceRow; connection: ConnectionRow }>;
  /** What a dataset is imported from; null when that is gone. */
  kind(dataset: string): Promise<ConnectionRow['kind'] | null>;
  /** What was brought of the dataset; with `job`, by that job alone. */
  chunks(dataset: string, job?: string): Promise<ImportChunkRow[]>;
  /** Those that no feature set has yet. */
  newChunks(dataset: string): Promise<KeptChunk[]>;
  /** Keeps a chunk; one that another worker kept first stays. */
  addChunk(row: ImportChunkRow): Promise<void>;
  /** In the transaction that shows feature set `n` (or the one before, which had all the rows). */
  markMerged(tx: Transaction, chunks: readonly ImportChunkRow[], n: number | null): Promise<void>;
}

export function createSourceStore(database: Database): SourceStore {
  return {
    async source(workspace, dataset) {
      const source = await database.read.findOneBy(datasetSources, { dataset, workspace });
      const connection =
        source && (await database.read.findOneBy(connections, { id: source.connection, workspace }));
      if (!connection)
        throw importProblem('no_connection', 'The connection that the data came by is gone.', {
          field: 'connection',
        });
      return { source, connection };
    },
    async kind(dataset) {
      const source = await database.read.findOneBy(datasetSources, { dataset });
      const connection = source && (await database.read.findOneBy(connections, { id: source.connection }));
      return connection?.kind ?? null;
    },
    chunks: (dataset, job) =>
      database.read.find(importChunks, {
        where: { dataset, ...(job === undefined ? {} : { job }) },
        order: { fromHour: 'ASC', id: 'ASC' },
      }),
    newChunks: async (dataset) => {
      const found = await database.read.find(importChunks, {
        where: { dataset, featureSet: IsNull(), manifestKey: Not(IsNull()) },
        order: { fromHour: 'ASC', id: 'ASC' },
      });
      return found as KeptChunk[];
    },
    addChunk: (row) =>
      database.write(async (tx) => {
        await tx.createQueryBuilder().insert().into(importChunks).values(row).orIgnore().execute();
      }),
    async markMerged(tx, chunks, n) {
      await updateRows(tx, importChunks, { id: In(chunks.map(({ id }) => id)) }, { featureSet: n });
    },
  };
}
