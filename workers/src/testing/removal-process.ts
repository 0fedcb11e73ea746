import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { openDatabase } from '@foretell/backend/db/database';
import type { QueueName } from '@foretell/core/contracts/messages';
import { DomainError } from '@foretell/core/domain/errors';
import { createLogger } from '@foretell/core/node/logger';
import { createRemovalHandler } from '../removals/removal-handler.ts';
import type { Handlers } from '../runtime/handler.ts';
import { createQueueConsumer } from '../runtime/queue-consumer.ts';
import { createSendMessage } from '../runtime/send-message.ts';
import { killAtMoment } from './kill-at.ts';
import { createTestWarehouse } from './warehouse.ts';

/** The clearing of what was deleted on one queue, in a process that kills itself at the moment KILL_AT. */
killAtMoment(
  [S3Client, RedshiftDataClient, SQSClient],
  new Set([
    'DeleteObjectsCommand',
    'BatchExecuteStatementCommand',
    'SendMessageCommand',
    'DeleteMessageCommand',
  ]),
);

const text = (name: string) => {
  const value = process.env[name];
  if (value === undefined) throw new DomainError('invalid', `${name} is not set`);
  return value;
};
const sqs = new SQSClient();
const now = () => new Date();
const queueUrls = { imports: text('QUEUE_URL') } as Record<QueueName, string>;
const handlers = {
  'removal.run': createRemovalHandler({
    ...createTestWarehouse(text('LAKE_BUCKET')),
    database: await openDatabase(text('DATABASE_URL')),
    send: createSendMessage(sqs, queueUrls, now),
    now,
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
  sqs,
  handlers,
  logger: createLogger('removals', 'error'),
  onGivenUp: () => Promise.resolve(),
}).receive(true);
