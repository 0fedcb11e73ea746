import { datasets, type DatasetRow } from '@foretell/backend/db/data';
import { insertRows } from '@foretell/backend/db/rows';
import { jobs, type JobRow } from '@foretell/backend/db/work';
import type { AcceptedRecord, Message } from '@foretell/core/contracts/messages';
import { newId } from '@foretell/core/node/new-id';
import { createImportHandler } from '../imports/import-handler.ts';
import { createCompactHandler } from '../records/compact-handler.ts';
import { createRecordsHandler } from '../records/records-handler.ts';
import { createRecordsStore } from '../records/records-store.ts';
import type { JobBench } from './job-bench.ts';

/** One streamed record with the given id and cells. */
export const streamed = (recordId: string, values: AcceptedRecord['values']): AcceptedRecord => ({
  recordId,
  timestamp: '2026-01-01T00:00:00.000Z',
  values,
});

/** Streamed records on a job bench, and the clock that makes feature sets of them. */
export function createRecordStream(bench: JobBench) {
  const { database, importDeps, context } = bench;
  const { recordFiles, lake, workDir } = importDeps;

  return {
    async dataset(timeColumn: string | null = null): Promise<DatasetRow> {
      const at = new Date().toISOString();
      const row: DatasetRow = {
        id: newId(),
        workspace: bench.workspace,
        name: 'stream',
        source: 'stream',
        timeColumn,
        status: 'ready',
        latestFeatureSet: null,
        rows: null,
        schema: null,
        createdAt: at,
        updatedAt: at,
      };
      await database.write((tx) => insertRows(tx, datasets, row));
      return row;
    },
    /** A batch as the prediction API sends it. */
    async send(dataset: string, records: AcceptedRecord[], batch = newId()): Promise<void> {
      const now = () => new Date();
      const handle = createRecordsHandler({
        lake,
        workDir,
        store: createRecordsStore(database, now),
        files: recordFiles,
        send: () => Promise.resolve(),
        markBatchStored: () => Promise.resolve(),
      });
      const receivedAt = now().toISOString();
      await handle(bench.message('records.batch', { dataset, batch, receivedAt, records }), context);
    },
    /** What the clock starts at that moment: the messages of the jobs. */
    async due(now = new Date()): Promise<Message<'dataset.import'>[]> {
      const handle = createCompactHandler({ database, recordFiles, now: () => now });
      await handle(bench.message('records.compact', {}), context);
      const queued = await database.read.findBy(jobs, { status: 'queued', type: 'dataset.import' });
      return queued.map(({ payload }) => bench.message('dataset.import', payload as never));
    },
    async run(message: Message<'dataset.import'>, deps = importDeps): Promise<JobRow> {
      await createImportHandler(deps)(message, context);
      return bench.finished(message.payload.job);
    },
  };
}
