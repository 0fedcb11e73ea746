import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createLake } from '@foretell/core/node/lake';
import type { Logger } from '@foretell/core/node/logger';
import type { z } from 'zod';
import { createAssignmentSender } from './assignments/assignment-sender.ts';
import { endsWithin } from './ends-within.ts';
import type { predictionApiEnvironment } from './env.ts';
import { createIngestStore } from './ingest/ingest-store.ts';
import { createIngest } from './ingest/ingest.ts';
import { createManifestStore } from './model-store/manifest-store.ts';
import { createIdempotency } from './predict/idempotency.ts';
import { newId } from './predict/new-id.ts';
import { createItemWriter } from './prediction-log/item-writer.ts';
import { createWriteItems } from './prediction-log/write-items.ts';
import { createMessageSender } from './queues/message-sender.ts';

type Config = z.output<typeof predictionApiEnvironment>;

/** Everything the app is made of, and how it is let go of. */
export function createServices(config: Config, logger: Logger, now: () => number) {
  const s3 = new S3Client({ forcePathStyle: config.S3_FORCE_PATH_STYLE, requestHandler: endsWithin(30_000) });
  const dynamodb = new DynamoDBClient({ requestHandler: endsWithin(3000) });
  const writing = new DynamoDBClient({ requestHandler: endsWithin(3000) });
  const sqs = new SQSClient({ requestHandler: endsWithin(10_000) });
  const id = () => newId(now());
  const writer = createItemWriter(createWriteItems(writing, config.PREDICTIONS_TABLE), logger, {
    maxQueued: config.MAX_QUEUED_PREDICTIONS,
    maxInFlight: 8,
    lingerMs: 8,
    deadlineMs: 10_000,
  });
  return {
    manifests: createManifestStore(createLake(s3, config.LAKE_BUCKET), logger, {
      pollMs: config.MANIFEST_POLL_MS,
      featureMemoryBytes: config.FEATURE_MEMORY_MB * 1024 ** 2,
      now,
    }),
    writer,
    assignments: createAssignmentSender(createMessageSender(sqs, config.QUEUE_URL_ASSIGNMENTS), logger, {
      everyMs: 500,
      maxWaiting: 200_000,
      remembered: 200_000,
      newId: id,
      now,
    }),
    ingest: createIngest({
      store: createIngestStore(dynamodb, config.INGEST_TABLE, now),
      send: createMessageSender(sqs, config.QUEUE_URL_RECORDS),
      newId: id,
      now,
    }),
    idempotency: createIdempotency(dynamodb, {
      predictionsTable: config.PREDICTIONS_TABLE,
      ingestTable: config.INGEST_TABLE,
      hold: (work) => writer.hold(work),
      now,
    }),
    destroyClients: () => {
      for (const client of [s3, dynamodb, writing, sqs]) client.destroy();
    },
  };
}
