import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Lake } from '@foretell/core/node/lake';
import type { Logger } from '@foretell/core/node/logger';
import type { Database } from '../db/database.ts';
import { enqueueManifest } from '../db/outbox.ts';
import { publishManifest } from '../manifest/publish-manifest.ts';
import { createOutboxStore } from './outbox-store.ts';
import { createRelay } from './relay.ts';
import { sendMessages, type QueueUrls } from './send-messages.ts';
import { createTidy } from './tidy.ts';

interface Dependencies {
  logger: Logger;
  database: Database;
  lake: Lake;
  sqs: SQSClient;
  queueUrls: QueueUrls;
  /** See the outbox's store. */
  jobsAtOnce: number;
}

/** Starts the outbox's relay, with a manifest to begin with; answers how to stop it. */
export async function startRelay({ logger, database, lake, sqs, queueUrls, jobsAtOnce }: Dependencies) {
  const store = createOutboxStore(database, { jobsAtOnce });
  await database.write(enqueueManifest);
  return createRelay({
    store,
    logger,
    send: (rows) => sendMessages(sqs, queueUrls, rows),
    publishManifest: () => publishManifest(database, lake),
    tidy: createTidy(database, store),
  }).start();
}
