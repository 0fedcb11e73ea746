import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetRow } from '@foretell/backend/db/data';
import type { Message } from '@foretell/core/contracts/messages';
import { recordsKey } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { uploadFile } from '@foretell/core/node/lake-files';
import type { Handler } from '../runtime/handler.ts';
import type { SendMessage } from '../runtime/send-message.ts';
import type { MarkBatchStored } from './mark-batch-stored.ts';
import { fileColumns } from './record-columns.ts';
import type { RecordFileStore } from './record-file-store.ts';
import type { RecordsStore } from './records-store.ts';
import { writeRecords } from './write-records.ts';

export interface RecordsDeps {
  lake: Lake;
  store: RecordsStore;
  files: RecordFileStore;
  send: SendMessage;
  markBatchStored: MarkBatchStored;
  workDir: string;
}

type Payload = Message<'records.batch'>['payload'];

async function writeFileOnce(
  { lake, store, workDir }: RecordsDeps,
  key: string,
  dataset: DatasetRow,
  { records }: Payload,
): Promise<void> {
  const columns = fileColumns(records, dataset.schema?.columns ?? null);
  if ((await lake.size(key)) === null) {
    const dir = await mkdtemp(join(workDir, 'records-'));
    try {
      await uploadFile(lake, key, await writeRecords(dir, records, columns));
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
  if (dataset.schema === null) await store.setFirstSchema(dataset.id, columns);
}

/**
 * `records.batch`: one Parquet file a batch, under a key made of the batch's id, so that a redelivery finds it there; then it
 * waits for the dataset's next feature set, goes on to the warehouse where a running experiment measures by these records; last, the batch is said to be stored.
 */
export function createRecordsHandler(deps: RecordsDeps): Handler<'records.batch'> {
  return async ({ workspace, payload }, { logger }) => {
    const dataset = await deps.store.dataset(workspace, payload.dataset);
    if (!dataset) {
      logger.info(
        { dataset: payload.dataset, batch: payload.batch },
        'records of a deleted dataset are dropped',
      );
      return;
    }
    const day = new Date(payload.receivedAt).toISOString().slice(0, 10);
    const key = recordsKey(workspace, dataset.id, day, payload.batch);
    await writeFileOnce(deps, key, dataset, payload);
    await deps.files.add({
      batch: payload.batch,
      workspace,
      dataset: dataset.id,
      key,
      rows: payload.records.length,
      featureSet: null,
      createdAt: payload.receivedAt,
    });
    for (const unitColumn of await deps.store.unitColumns(workspace, dataset.id))
      await deps.send('metric-events.load', workspace, {
        dataset: dataset.id,
        recordsKey: key,
        unitColumn,
        receivedAt: payload.receivedAt,
      });
    await deps.markBatchStored(payload.batch);
    logger.info({ dataset: dataset.id, records: payload.records.length }, 'records stored');
  };
}
