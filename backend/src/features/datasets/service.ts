import type { Dataset, datasetRequest, featureSetRequest } from '@foretell/core/contracts/control-api';
import { featureSetSample, featureSetSummary } from '@foretell/core/contracts/feature-set';
import { DomainError } from '@foretell/core/domain/errors';
import { featureSetKeys } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { newId } from '@foretell/core/node/new-id';
import { IsNull, Not } from 'typeorm';
import type { z } from 'zod';
import { addJob } from '../../db/add-job.ts';
import { datasets, featureSets, type DatasetRow, type FeatureSetRow } from '../../db/data.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { enqueueManifest } from '../../db/outbox.ts';
import { insertRows, pageOf, type PageRequest } from '../../db/rows.ts';
import type { JobRow } from '../../db/work.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { shownJob } from '../jobs/shown-job.ts';
import { owned } from '../owned.ts';
import { findUploadedFile, type UploadedFile } from './uploaded-file.ts';

const shown = ({ workspace: _, ...row }: DatasetRow): Dataset => row;
const shownFeatureSet = ({ n, rows, columns, bytes, createdAt, readyAt }: FeatureSetRow) => ({
  n,
  rows: rows ?? 0,
  columns: columns ?? 0,
  bytes: bytes ?? 0,
  createdAt: readyAt ?? createdAt,
});

function newDataset(workspace: string, body: z.output<typeof datasetRequest>): DatasetRow {
  const at = new Date().toISOString();
  return {
    id: newId(),
    workspace,
    name: body.name,
    source: body.source.kind,
    timeColumn: body.timeColumn ?? null,
    status: body.source.kind === 'upload' ? 'importing' : 'ready',
    latestFeatureSet: null,
    rows: null,
    schema: null,
    createdAt: at,
    updatedAt: at,
  };
}

async function startImport(tx: Transaction, dataset: DatasetRow, file: UploadedFile): Promise<JobRow> {
  const { id, workspace } = dataset;
  const payload = { dataset: id, uploadKey: file.key, format: file.format };
  return addJob(tx, workspace, 'dataset.import', { kind: 'dataset', id }, payload);
}

function notYet(kind: string): DomainError {
  const detail = `Bringing data from ${kind === 'amplitude' ? 'Amplitude' : 'a warehouse'} is not possible yet: upload a file or stream records.`;
  return new DomainError('invalid', detail, {
    problems: [{ field: 'source.kind', code: 'not_yet', detail }],
  });
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
      if (source.kind !== 'upload' && source.kind !== 'stream') throw notYet(source.kind);
      const file =
        source.kind === 'upload'
          ? await findUploadedFile(database, lake, caller.workspace, source, 'source.')
          : null;
      const row = newDataset(caller.workspace, body);
      const job = await database.write(async (tx) => {
        await insertRows(tx, datasets, row);
        const detail = { name, source: source.kind };
        await auditBy(tx, caller, 'dataset.created', `dataset ${row.id}`, detail);
        if (file) return startImport(tx, row, file);
        await enqueueManifest(tx);
        return null;
      });
      return { dataset: shown(row), job: job && shownJob(job) };
    },

    async addFeatureSet(caller: Caller, id: string, body: z.output<typeof featureSetRequest>) {
      const row = await find(caller, id);
      const file = await findUploadedFile(database, lake, caller.workspace, body, '');
      const job = await database.write(async (tx) => {
        await auditBy(tx, caller, 'dataset.import-started', `dataset ${id}`);
        return startImport(tx, row, file);
      });
      return { dataset: shown(row), job: shownJob(job) };
    },

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
