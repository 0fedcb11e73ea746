import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createLake } from '@foretell/core/node/lake';
import { loadConfig } from '@foretell/core/node/load-config';
import { createLogger } from '@foretell/core/node/logger';
import { runProcess, type Running } from '@foretell/core/node/run-process';
import { createApp } from './app.ts';
import { createAssignmentSender } from './assignments/assignment-sender.ts';
import { predictionApiEnvironment } from './env.ts';
import { createExpressServer } from './http/create-server.ts';
import { createIngestStore } from './ingest/ingest-store.ts';
import { createIngest } from './ingest/ingest.ts';
import { createManifestStore } from './model-store/manifest-store.ts';
import { createIdempotency } from './predict/idempotency.ts';
import { newId } from './predict/new-id.ts';
import { createItemWriter } from './prediction-log/item-writer.ts';
import { createWriteItems } from './prediction-log/write-items.ts';
import { createMessageSender } from './queues/message-sender.ts';
import { closeServer, listen } from './serve.ts';

const config = loadConfig(predictionApiEnvironment, process.env);
const logger = createLogger('prediction-api', config.LOG_LEVEL);
const now = () => Date.now();
const id = () => newId(now());

async function start(): Promise<Running> {
  const s3 = new S3Client({ forcePathStyle: config.S3_FORCE_PATH_STYLE });
  const [dynamodb, writing, sqs] = [new DynamoDBClient(), new DynamoDBClient(), new SQSClient()];
  const manifests = createManifestStore(createLake(s3, config.LAKE_BUCKET), logger, {
    pollMs: config.MANIFEST_POLL_MS,
    featureMemoryBytes: config.FEATURE_MEMORY_MB * 1024 ** 2,
    now,
  });
  const writer = createItemWriter(createWriteItems(writing, config.PREDICTIONS_TABLE), logger, {
    maxQueued: config.MAX_QUEUED_PREDICTIONS,
    maxInFlight: 8,
    lingerMs: 8,
    deadlineMs: 10_000,
  });
  const sendAssignments = createMessageSender<'assignments.batch'>(sqs, config.QUEUE_URL_ASSIGNMENTS);
  const assignments = createAssignmentSender(sendAssignments, logger, {
    everyMs: 500,
    maxWaiting: 200_000,
    remembered: 200_000,
    newId: id,
    now,
  });
  const ingest = createIngest({
    store: createIngestStore(dynamodb, config.INGEST_TABLE, now),
    send: createMessageSender<'records.batch'>(sqs, config.QUEUE_URL_RECORDS),
    newId: id,
    now,
  });
  const idempotency = createIdempotency(dynamodb, {
    predictionsTable: config.PREDICTIONS_TABLE,
    ingestTable: config.INGEST_TABLE,
    now,
  });
  let draining = false;
  const ttlDays = config.PREDICTION_TTL_DAYS;
  const app = createApp({
    manifests,
    writer,
    assignments,
    idempotency,
    ingest,
    logger,
    draining: () => draining,
    ttlDays,
    now,
  });
  const server = createExpressServer(app);
  await manifests.refresh();
  manifests.start();
  assignments.start();
  await listen(server, config.PORT, config.HOST);
  logger.info({ address: server.address() }, 'listening');
  return {
    async close() {
      draining = true;
      await closeServer(server);
      await writer.drain();
      await assignments.stop();
      await manifests.stop();
      for (const client of [s3, dynamodb, writing, sqs]) client.destroy();
    },
  };
}

await runProcess(logger, start);
