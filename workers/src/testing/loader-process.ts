import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { openDatabase } from '@foretell/backend/db/database';
import { DomainError } from '@foretell/core/domain/errors';
import { createLogger } from '@foretell/core/node/logger';
import { createAssignmentsHandler } from '../assignments/assignments-handler.ts';
import { createMetricEventsHandler } from '../metrics/metric-events-handler.ts';
import type { Handlers } from '../runtime/handler.ts';
import { createQueueConsumer } from '../runtime/queue-consumer.ts';
import { killAtMoment } from './kill-at.ts';
import { createTestWarehouse } from './warehouse.ts';

/** The loaders of assignments and metric events on one queue, in a process that kills itself at the moment KILL_AT. */
killAtMoment(
  [S3Client, RedshiftDataClient, SQSClient],
  new Set([
    'PutObjectCommand',
    'BatchExecuteStatementCommand',
    'DeleteObjectCommand',
    'DeleteMessageCommand',
  ]),
);

const text = (name: string) => {
  const value = process.env[name];
  if (value === undefined) throw new DomainError('invalid', `${name} is not set`);
  return value;
};
const database = await openDatabase(text('DATABASE_URL'));
const deps = { ...createTestWarehouse(text('LAKE_BUCKET')), database, workDir: text('WORK_DIR') };
const handlers = {
  'assignments.batch': createAssignmentsHandler(deps),
  'metric-events.load': createMetricEventsHandler(deps),
} as unknown as Handlers;
const queue = {
  url: text('QUEUE_URL'),
  batchSize: 10,
  waitSeconds: 1,
  visibilitySeconds: 3,
  maxReceives: 1000,
  backOffSeconds: () => 0,
};
const logger = createLogger('loader', 'error');
createQueueConsumer(queue, {
  sqs: new SQSClient(),
  handlers,
  logger,
  onGivenUp: () => Promise.resolve(),
}).receive(true);
