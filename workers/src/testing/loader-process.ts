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
import { createTestWarehouse } from './warehouse.ts';

/**
 * The loaders of assignments and metric events on one queue, in a process that kills itself with SIGKILL at the moment
 * KILL_AT, for instance `during PutObjectCommand 2` ('never': not at all). Every call to AWS that changes something has two
 * moments: before it is sent, and sent but not answered; the number counts calls of that name.
 */

const changes = new Set([
  'PutObjectCommand',
  'BatchExecuteStatementCommand',
  'DeleteObjectCommand',
  'DeleteMessageCommand',
]);
/** Long enough for a call to arrive, short enough for no answer to a load. */
const sentMs = 15;

const killAt = process.env['KILL_AT'] ?? 'never';
const calls = new Map<string, number>();

function dieAt(moment: string): void {
  if (moment === killAt) process.kill(process.pid, 'SIGKILL');
}

interface Sender {
  send: (command: object, ...rest: unknown[]) => unknown;
}

function watch(client: { prototype: object }): void {
  const prototype = client.prototype as Sender;
  const { send } = prototype;
  prototype.send = function (this: Sender, command, ...rest) {
    const { name } = command.constructor;
    if (!changes.has(name)) return send.call(this, command, ...rest);
    const count = (calls.get(name) ?? 0) + 1;
    calls.set(name, count);
    dieAt(`before ${name} ${count}`);
    const answer = send.call(this, command, ...rest);
    setTimeout(() => dieAt(`during ${name} ${count}`), sentMs);
    return answer;
  };
}
for (const client of [S3Client, RedshiftDataClient, SQSClient]) watch(client);

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
