import type { Database, Transaction } from '@foretell/backend/db/database';
import { datasets, featureSets, type DatasetRow, type FeatureSetRow } from '@foretell/backend/db/data';
import { leaveImport } from '@foretell/backend/db/leave-subject';
import { enqueueManifest } from '@foretell/backend/db/outbox';
import { insertRows, lockRow, updateRows } from '@foretell/backend/db/rows';
import type { FeatureSetManifest } from '@foretell/core/contracts/feature-set';
import { DomainError } from '@foretell/core/domain/errors';
import { newId } from '@foretell/core/node/new-id';

/** The rows of datasets and of their feature sets, as an import needs them. */
export interface FeatureSetStore {
  dataset(workspace: string, id: string): Promise<DatasetRow>;
  /** The number of the feature set that a job writes: the same at every delivery of its message. */
  allot(dataset: DatasetRow, job: string): Promise<number>;
  /** Another number for it: the one that was allotted came out of date. */
  allotAnew(dataset: DatasetRow, job: string): Promise<number>;
  /** Throws `unavailable` when another feature set than `base` has become the newest: what was made of `base` lacks rows. */
  expectNewest(tx: Transaction, dataset: string, base: number | null): Promise<void>;
  /** Shows the feature set to readers. */
  ready(tx: Transaction, manifest: FeatureSetManifest): Promise<void>;
  failed(tx: Transaction, dataset: string): Promise<void>;
}

export function createFeatureSetStore(database: Database): FeatureSetStore {
  const now = () => new Date().toISOString();

  async function nextNumber(tx: Transaction, dataset: string): Promise<number> {
    const newest = await tx.findOne(featureSets, { where: { dataset }, order: { n: 'DESC' } });
    return (newest?.n ?? 0) + 1;
  }

  async function allotIn(
    tx: Transaction,
    { id: dataset, workspace }: DatasetRow,
    job: string,
  ): Promise<number> {
    await lockRow(tx, datasets, { id: dataset });
    const known = await tx.findOneBy(featureSets, { job });
    if (known) return known.n;
    const n = await nextNumber(tx, dataset);
    const row: FeatureSetRow = {
      id: newId(),
      workspace,
      dataset,
      n,
      job,
      rows: null,
      columns: null,
      bytes: null,
      createdAt: now(),
      readyAt: null,
    };
    await insertRows(tx, featureSets, row);
    return n;
  }

  return {
    async dataset(workspace, id) {
      const row = await database.read.findOneBy(datasets, { id, workspace });
      if (!row) throw new DomainError('invalid', `There is no dataset ${id}.`);
      return row;
    },
    allot: (dataset, job) => database.write((tx) => allotIn(tx, dataset, job)),
    allotAnew: ({ id: dataset }, job) =>
      database.write(async (tx) => {
        await lockRow(tx, datasets, { id: dataset });
        const n = await nextNumber(tx, dataset);
        await updateRows(tx, featureSets, { dataset, job }, { n });
        return n;
      }),
    async expectNewest(tx, id, base) {
      const row = await lockRow(tx, datasets, { id });
      if (row?.latestFeatureSet !== base)
        throw new DomainError('unavailable', 'Another import of this dataset has ended meanwhile.');
    },
    async ready(tx, { dataset, featureSet: n, rows, files, schema }) {
      const at = now();
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      const columns = schema.columns.length;
      await updateRows(tx, featureSets, { dataset, n }, { rows, columns, bytes, readyAt: at });
      const row = await lockRow(tx, datasets, { id: dataset });
      if ((row?.latestFeatureSet ?? 0) < n) {
        const change = { latestFeatureSet: n, rows, schema, status: 'ready' as const, updatedAt: at };
        await updateRows(tx, datasets, { id: dataset }, change);
      }
      await enqueueManifest(tx);
    },
    failed: leaveImport,
  };
}
