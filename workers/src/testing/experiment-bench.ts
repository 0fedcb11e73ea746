import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { datasets } from '@foretell/backend/db/data';
import { insertRows } from '@foretell/backend/db/rows';
import { experimentLooks, experiments, type ExperimentRow } from '@foretell/backend/db/serving';
import { experimentRules, metric, type Metric } from '@foretell/core/contracts/experiments';
import {
  everyWorkspace,
  type AcceptedRecord,
  type Assignment,
  type Message,
} from '@foretell/core/contracts/messages';
import { assignGroup } from '@foretell/core/domain/bucketing';
import { createLogger } from '@foretell/core/node/logger';
import { newId } from '@foretell/core/node/new-id';
import { createExposureLog } from '../assignments/exposure-log.ts';
import { createReconcileExposures } from '../assignments/reconcile-exposures.ts';
import { createAnalyzeHandler } from '../metrics/analyze-handler.ts';
import { createMetricEventsHandler } from '../metrics/metric-events-handler.ts';
import { createMarkBatchStored } from '../records/mark-batch-stored.ts';
import { createRecordFileStore } from '../records/record-file-store.ts';
import { createRecordsHandler } from '../records/records-handler.ts';
import { createRecordsStore } from '../records/records-store.ts';
import type { SendMessage } from '../runtime/send-message.ts';
import type { StagedLoadDeps } from '../warehouse/staged-load.ts';
import type { TestDatabase } from './database.ts';

export const startedAt = Date.UTC(2026, 0, 1);
export const hour = 3_600_000;
export const iso = (ms: number) => new Date(ms).toISOString();
export const testContext = {
  logger: createLogger('test', 'error'),
  signal: new AbortController().signal,
};
export const message = <T extends Message['type']>(
  type: T,
  workspace: string,
  payload: Message<T>['payload'],
) =>
  ({ id: newId(), type, version: 1, workspace, createdAt: iso(startedAt), payload }) as unknown as Message<T>;

export interface Unit {
  unit: string;
  exposedAt: number;
  group: 'model' | 'fallback';
}

/** Repeatable noise in [0, 1). */
export const noise = (i: number, salt: number) => {
  const x = Math.sin(i * 12.9898 + salt * 78.233) * 43758.5453;
  return x - Math.floor(x);
};

/** Units of an experiment, exposed a minute after one another, and their assignments. */
export function exposed({ id, seed, split }: ExperimentRow, count: number) {
  const units = Array.from({ length: count }, (_, i): Unit => {
    const unit = `flight-${i}`;
    return { unit, exposedAt: startedAt + (i % 500) * 60_000, group: assignGroup(seed, unit, split) };
  });
  const assignments = units.map(({ unit, group, exposedAt }): Assignment => ({
    experiment: id,
    unit,
    group,
    exposedAt: iso(exposedAt),
  }));
  return { units, assignments };
}

/** An experiment's way through the workers' own handlers, on the local AWS. */
export function createExperimentBench(
  deps: StagedLoadDeps,
  { database, dir: workDir }: TestDatabase,
  tables: { ingest: string; predictions: string },
) {
  const dynamodb = new DynamoDBClient({});

  async function createExperiment(defined: (dataset: string) => Partial<Metric>[], rules: object) {
    const [workspace, dataset, id] = [newId(), newId(), newId()];
    const at = iso(startedAt);
    const row: ExperimentRow = {
      id,
      workspace,
      model: newId(),
      modelVersion: 1,
      deployment: newId(),
      status: 'running',
      runningModel: newId(),
      // The same groups each time: whether an interval excludes 0 would else be luck.
      seed: 'seed 4',
      split: 0.5,
      fallback: { kind: 'random' },
      metrics: defined(dataset).map((each) => metric.parse({ dataset, unitColumn: 'flight', ...each })),
      rules: experimentRules.parse(rules),
      startedAt: at,
      endedAt: null,
      conclusion: null,
    };
    await database.write(async (tx) => {
      await insertRows(tx, datasets, {
        id: dataset,
        workspace,
        name: 'outcomes',
        source: 'stream',
        timeColumn: null,
        status: 'ready',
        latestFeatureSet: null,
        rows: null,
        schema: null,
        createdAt: at,
        updatedAt: at,
      });
      await insertRows(tx, experiments, row);
    });
    return row;
  }

  /** Streams records as the prediction API's messages do, and whatever they cause. */
  async function stream(
    row: ExperimentRow,
    records: AcceptedRecord[],
    { batch = newId(), times = 1, receivedAt = iso(startedAt) } = {},
  ): Promise<void> {
    const now = () => new Date();
    const loadEvents = createMetricEventsHandler({ ...deps, database, workDir });
    const send: SendMessage = (type, workspace, payload) =>
      loadEvents(message(type, workspace, payload) as unknown as Message<'metric-events.load'>, testContext);
    const handle = createRecordsHandler({
      lake: deps.lake,
      store: createRecordsStore(database, now),
      files: createRecordFileStore(database),
      send,
      markBatchStored: createMarkBatchStored(dynamodb, tables.ingest, now),
      workDir,
    });
    const [first] = row.metrics;
    if (!first) throw new Error('the experiment has no metric');
    const { dataset } = first;
    const item = message('records.batch', row.workspace, {
      dataset,
      batch,
      receivedAt,
      records,
    });
    for (let i = 0; i < times; i++) await handle(item, testContext);
  }

  const analyze = (row: ExperimentRow, atMs: number, asked = false) =>
    createAnalyzeHandler({
      database,
      warehouse: deps.warehouse,
      reconcile: createReconcileExposures({
        ...deps,
        log: createExposureLog(dynamodb, tables.predictions),
        now: () => new Date(atMs),
      }),
      now: () => new Date(atMs),
    })(
      asked
        ? message('experiment.analyze', row.workspace, { experiment: row.id })
        : message('experiment.analyze', everyWorkspace, {}),
      testContext,
    );
  const looksOf = (row: ExperimentRow) =>
    database.read.find(experimentLooks, { where: { experiment: row.id }, order: { n: 'ASC' } });
  const stored = (row: ExperimentRow) => database.read.findOneByOrFail(experiments, { id: row.id });
  return { createExperiment, stream, analyze, looksOf, stored };
}
export type ExperimentBench = ReturnType<typeof createExperimentBench>;
