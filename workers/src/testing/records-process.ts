import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { openDatabase } from '@foretell/backend/db/database';
import { createJobProgress } from '@foretell/backend/db/job-progress';
import { DomainError } from '@foretell/core/domain/errors';
import { createLake } from '@foretell/core/node/lake';
import { createLogger } from '@foretell/core/node/logger';
import { createFeatureSetStore } from '../imports/feature-set-store.ts';
import type { ImportDeps } from '../imports/import-deps.ts';
import { createImportHandler } from '../imports/import-handler.ts';
import { createRecordFileStore } from '../records/record-file-store.ts';
import { createRecordsHandler } from '../records/records-handler.ts';
import { createRecordsStore } from '../records/records-store.ts';
import type { Handlers } from '../runtime/handler.ts';
import { createQueueConsumer } from '../runtime/queue-consumer.ts';
import { createSampleHandler } from '../sample/handler.ts';
import { killAtMoment } from './kill-at.ts';

/** The handlers of streamed records and of their compaction on one queue, in a process that kills itself at the moment KILL_AT. */
killAtMoment([S3Client, SQSClient], new Set(['PutObjectCommand', 'DeleteMessageCommand']));

const text = (name: string) => {
  const value = process.env[name];
  if (value === undefined) throw new DomainError('invalid', `${name} is not set`);
  return value;
};
const database = await openDatabase(text('DATABASE_URL'));
const lake = createLake(new S3Client({ forcePathStyle: true }), text('LAKE_BUCKET'));
const workDir = text('WORK_DIR');
const recordFiles = createRecordFileStore(database);
const engine = { threads: 1, memoryMb: 500 };
const importDeps = {
  jobs: createJobProgress(database),
  workDir,
  lake,
  engine,
  store: createFeatureSetStore(database),
  invokeSample: createSampleHandler({ lake, workDir, ...engine }),
  recordFiles,
} as unknown as ImportDeps;
const handlers = {
  'dataset.import': createImportHandler(importDeps),
  'records.batch': createRecordsHandler({
    lake,
    workDir,
    store: createRecordsStore(database, () => new Date()),
    files: recordFiles,
    send: () => Promise.resolve(),
    markBatchStored: () => Promise.resolve(),
  }),
} as unknown as Handlers;
const queue = {
  url: text('QUEUE_URL'),
  batchSize: 1,
  waitSeconds: 1,
  visibilitySeconds: 1,
  maxReceives: 1000,
  backOffSeconds: () => 0,
};
createQueueConsumer(queue, {
  sqs: new SQSClient(),
  handlers,
  logger: createLogger('records', 'error'),
  onGivenUp: () => Promise.resolve(),
}).receive(true);
