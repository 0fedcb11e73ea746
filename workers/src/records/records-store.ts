import { datasets, type DatasetRow } from '@foretell/backend/db/data';
import type { Database } from '@foretell/backend/db/database';
import { enqueueManifest } from '@foretell/backend/db/outbox';
import { wasRemoved } from '@foretell/backend/db/removals';
import { lockRow, updateRows } from '@foretell/backend/db/rows';
import { experiments } from '@foretell/backend/db/serving';
import { DomainError } from '@foretell/core/domain/errors';
import { firstSchema, timestampColumn, type Column } from './record-columns.ts';

/** What the handling of records reads and writes of the control plane. */
export interface RecordsStore {
  /** Null when it was deleted. Throws `invalid` when the workspace never had such a dataset. */
  dataset(workspace: string, id: string): Promise<DatasetRow | null>;
  /** Gives a dataset its columns, unless it has them; from then on the prediction API checks records against them. */
  setFirstSchema(dataset: string, columns: readonly Column[]): Promise<void>;
  /** The columns that running experiments find the unit in, in records of this dataset. */
  unitColumns(workspace: string, dataset: string): Promise<string[]>;
}

export function createRecordsStore(database: Database, now: () => Date): RecordsStore {
  return {
    async dataset(workspace, id) {
      const row = await database.read.findOneBy(datasets, { id, workspace });
      if (row || (await wasRemoved(database.read, workspace, id))) return row;
      throw new DomainError('invalid', `There is no dataset ${id}.`);
    },
    setFirstSchema: (id, columns) =>
      database.write(async (tx) => {
        const row = await lockRow(tx, datasets, { id });
        if (row?.schema !== null) return;
        const timeColumn = row.timeColumn ?? timestampColumn;
        const schema = firstSchema(columns, timeColumn);
        await updateRows(tx, datasets, { id }, { schema, timeColumn, updatedAt: now().toISOString() });
        await enqueueManifest(tx);
      }),
    async unitColumns(workspace, dataset) {
      const running = await database.read.findBy(experiments, { workspace, status: 'running' });
      const metrics = running.flatMap((row) => row.metrics).filter((metric) => metric.dataset === dataset);
      return [...new Set(metrics.map(({ unitColumn }) => unitColumn))];
    },
  };
}
