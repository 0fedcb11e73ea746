import type {
  Dataset,
  datasetRequest,
  featureSetRequest,
} from '@foretell/core/contracts/control-api/datasets';
import { featureSetSample, featureSetSummary } from '@foretell/core/contracts/feature-set';
import type { importRequest } from '@foretell/core/contracts/sources';
import { DomainError } from '@foretell/core/domain/errors';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { IsNull, Not } from 'typeorm';
import type { z } from 'zod';
import { addJob } from '../../db/add-job.ts';
import { datasets, featureSets, type DatasetRow, type FeatureSetRow } from '../../db/data.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { enqueueManifest } from '../../db/outbox.ts';
import { insertRows, lockRow, pageOf, type PageRequest } from '../../db/rows.ts';
import { connections, datasetSources } from '../../db/sources.ts';
import { startSourceImport } from '../../db/start-source-import.ts';
import type { JobRow } from '../../db/work.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { shownJob } from '../jobs/shown-job.ts';
import { owned } from '../owned.ts';
import { invalid, newDataset, newSource } from './new-dataset.ts';
import { removeDataset } from './remove-dataset.ts';
import { findUploadedFile, keepUploadedFile, type UploadedFile } from './uploaded-file.ts';

const shown = ({ workspace: _, ...row }: DatasetRow): Dataset => row;
const shownFeatureSet = ({ n, rows, columns, bytes, createdAt, readyAt }: FeatureSetRow) => ({
  n,
  rows: rows ?? 0,
  columns: columns ?? 0,
  bytes: bytes ?? 0,
  createdAt: readyAt ?? createdAt,
});

async function startImport(tx: Transaction, dataset: DatasetRow, file: UploadedFile): Promise<JobRow> {
  const { id, workspace } = dataset;
  await keepUploadedFile(tx, workspace, file);
  const payload = { dataset: id, uploadKey: file.key, format: file.format };
  return addJob(tx, workspace, 'dataset.import', { kind: 'dataset', id }, payload);
}

/** Datasets and their feature sets: rows here, the data itself in the lake. */
export function createDatasetService(database: Database, lake: Lake) {
  async function find({ workspace }: Caller, id: string): Promise<DatasetRow> {
    return owned(await database.read.findOneBy(datasets, { id }), workspace, 'dataset');
  }

  async function latest(caller: Caller, id: string) {
    const dataset = await find(caller, id);
    if (dataset.latestFeatureSet === null)
      throw new DomainError(
        'not_found',
        'This dataset has no feature set yet: its import has not succeeded.',
      );
    return featureSetKeys(dataset.workspace, id, dataset.latestFeatureSet);
  }

  return {
    async list({ workspace }: Caller, request: PageRequest) {
      const { items, nextCursor } = await pageOf(database.read, datasets, { workspace }, request);
      return { items: items.map(shown), nextCursor };
    },

    get: async (caller: Caller, id: string) => shown(await find(caller, id)),

    async create(caller: Caller, body: z.output<typeof datasetRequest>) {
      const { source, name } = body;
      const file =
        source.kind === 'upload'
          ? await findUploadedFile(database, lake, caller.workspace, source, 'source.')
          : null;
      const row = newDataset(caller.workspace, body);
      const from = await newSource(database, row, body);
      const job = await database.write(async (tx) => {
        await insertRows(tx, datasets, row);
        const detail = { name, source: source.kind };
        await auditBy(tx, caller, 'dataset.created', `dataset ${row.id}`, detail);
        if (file) return startImport(tx, row, file);
        if (from) {
          // It could be removed meanwhile: whoever does waits for this, and finds the dataset.
          owned(await lockRow(tx, connections, { id: from.connection }), caller.workspace, 'connection');
          await insertRows(tx, datasetSources, from);
          return startSourceImport(tx, { ...from, until: new Date() });
        }
        await enqueueManifest(tx);
        return null;
      });
      return { dataset: shown(row), job: job && shownJob(job) };
    },

    async addFeatureSet(caller: Caller, id: string, body: z.output<typeof featureSetRequest>) {
      const row = await find(caller, id);
      const file = await findUploadedFile(database, lake, caller.workspace, body, '');
      const job = await database.write(async (tx) => {
        owned(await lockRow(tx, datasets, { id }), caller.workspace, 'dataset');
        await auditBy(tx, caller, 'dataset.import-started', `dataset ${id}`);
        return startImport(tx, row, file);
      });
      return { dataset: shown(row), job: shownJob(job) };
    },

    async importAgain(caller: Caller, id: string, { from }: z.output<typeof importRequest>) {
      const row = await find(caller, id);
      const { workspace } = caller;
      const job = await database.write(async (tx) => {
        owned(await lockRow(tx, datasets, { id }), workspace, 'dataset');
        const source = await tx.findOneBy(datasetSources, { dataset: id, workspace });
        if (!source)
          throw new DomainError(
            'conflict',
            'This dataset has no source that it could be imported from again.',
          );
        if (from !== undefined && 'query' in source.settings)
          throw invalid('from', 'is of Amplitude alone: a warehouse is asked for what is new, or for all');
        const again = from === undefined ? {} : { from: new Date(from) };
        const started = await startSourceImport(tx, {
          workspace,
          dataset: id,
          until: new Date(),
          ...again,
        });
        if (!started) throw new DomainError('conflict', 'An import of this dataset is under way.');
        await auditBy(tx, caller, 'dataset.import-started', `dataset ${id}`);
        return started;
      });
      return { dataset: shown(row), job: shownJob(job) };
    },

    remove: (caller: Caller, id: string) => database.write((tx) => removeDataset(tx, caller, id)),

    async listFeatureSets(caller: Caller, id: string, request: PageRequest) {
      await find(caller, id);
      const ready = { dataset: id, readyAt: Not(IsNull()) };
      const { items, nextCursor } = await pageOf(database.read, featureSets, ready, request);
      return { items: items.map(shownFeatureSet), nextCursor };
    },

    sample: async (caller: Caller, id: string) =>
      lake.getJson((await latest(caller, id)).sample, featureSetSample),
    summary: async (caller: Caller, id: string) =>
      lake.getJson((await latest(caller, id)).summary, featureSetSummary),
  };
}
export type DatasetService = ReturnType<typeof createDatasetService>;
