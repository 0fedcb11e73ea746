import type { batchPredictionJobRequest } from '@foretell/core/contracts/control-api/predictions';
import { DomainError } from '@foretell/core/domain/errors';
import { In } from 'typeorm';
import type { z } from 'zod';
import { addJob } from '../../db/add-job.ts';
import { datasets, featureSets, type DatasetRow } from '../../db/data.ts';
import type { Database, Transaction } from '../../db/database.ts';
import {
  batchPredictions,
  models,
  modelVersions,
  type BatchPredictionRow,
  type ModelRow,
} from '../../db/models.ts';
import { insertRows, lockRow, pageOf, type PageRequest } from '../../db/rows.ts';
import { jobs, type JobRow } from '../../db/work.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { shownJob } from '../jobs/shown-job.ts';
import { owned } from '../owned.ts';

type Request = z.output<typeof batchPredictionJobRequest>;
/** A URL that reads one object of the lake, for an hour. */
export type SignDownload = (key: string) => Promise<string>;

async function versionOf(tx: Transaction, model: ModelRow, asked: number | undefined): Promise<number> {
  const n = asked ?? model.deployedVersion ?? model.latestVersion;
  if (n === null) throw new DomainError('conflict', 'This model has no version yet: train it first.');
  owned(await tx.findOneBy(modelVersions, { model: model.id, n }), model.workspace, 'version of this model');
  return n;
}

/** Said at once where it can be: the columns of older feature sets are known to the worker alone. */
function checkKeyColumn({ schema }: DatasetRow, keyColumn: string): void {
  const type = schema?.columns.find(({ name }) => name === keyColumn)?.type;
  if (type !== undefined && type !== 'double') return;
  const [code, detail] =
    type === undefined
      ? ['unknown_column', `The dataset has no column "${keyColumn}".`]
      : ['not_a_key', `"${keyColumn}" holds numbers with decimals, which name no row.`];
  throw new DomainError('invalid', detail, { problems: [{ field: 'keyColumn', code, detail }] });
}

async function featureSetOf(
  tx: Transaction,
  workspace: string,
  dataset: string,
  { featureSet: asked, keyColumn }: Request,
): Promise<number> {
  const row = owned(await lockRow(tx, datasets, { id: dataset }), workspace, 'dataset');
  const n = asked ?? row.latestFeatureSet;
  if (n === null) throw new DomainError('conflict', `The dataset ${row.name} has no feature set yet.`);
  const version = owned(await tx.findOneBy(featureSets, { dataset, n }), workspace, 'feature set');
  if (version.readyAt === null)
    throw new DomainError('conflict', `Feature set ${n} of ${row.name} is not ready yet.`);
  if (keyColumn !== undefined && n === row.latestFeatureSet) checkKeyColumn(row, keyColumn);
  return n;
}

/** Predictions for every row of a feature set at once, written to the lake as Parquet. */
export function createBatchPredictionService(database: Database, signDownload: SignDownload) {
  async function show(row: BatchPredictionRow, job: JobRow) {
    const { id, model, modelVersion, dataset, featureSet, keyColumn, rows, partKey, createdAt } = row;
    return {
      id,
      model,
      version: modelVersion,
      dataset,
      featureSet,
      keyColumn,
      rows,
      job: shownJob(job),
      download: partKey === null ? null : await signDownload(partKey),
      createdAt,
    };
  }

  return {
    start: async (caller: Caller, model: string, request: Request) => {
      const { workspace } = caller;
      const { row, job } = await database.write(async (tx) => {
        const found = owned(await lockRow(tx, models, { id: model }), workspace, 'model');
        const modelVersion = await versionOf(tx, found, request.version);
        const dataset = request.dataset ?? found.dataset;
        const featureSet = await featureSetOf(tx, workspace, dataset, request);
        const { keyColumn } = request;
        const payload = {
          model,
          modelVersion,
          dataset,
          featureSet,
          ...(keyColumn === undefined ? {} : { keyColumn }),
        };
        const subject = { kind: 'model' as const, id: model };
        const added = await addJob(tx, workspace, 'batch-prediction.run', subject, payload);
        const batch: BatchPredictionRow = {
          id: added.id,
          workspace,
          model,
          modelVersion,
          dataset,
          featureSet,
          keyColumn: keyColumn ?? null,
          rows: null,
          manifestKey: null,
          partKey: null,
          createdAt: added.createdAt,
          finishedAt: null,
        };
        await insertRows(tx, batchPredictions, batch);
        await auditBy(tx, caller, 'batch-prediction.started', `model ${model}`, { job: added.id });
        return { row: batch, job: added };
      });
      return show(row, job);
    },

    async list({ workspace }: Caller, model: string, request: PageRequest) {
      const { read } = database;
      owned(await read.findOneBy(models, { id: model }), workspace, 'model');
      const { items, nextCursor } = await pageOf(read, batchPredictions, { model }, request);
      const found = await read.findBy(jobs, { id: In(items.map(({ id }) => id)) });
      const byId = new Map(found.map((job) => [job.id, job]));
      const shown = items.flatMap((row) => {
        const job = byId.get(row.id);
        return job ? [show(row, job)] : [];
      });
      return { items: await Promise.all(shown), nextCursor };
    },
  };
}
export type BatchPredictionService = ReturnType<typeof createBatchPredictionService>;
