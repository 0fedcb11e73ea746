import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Lake } from '@foretell/core/node/lake';
import type { Logger } from '@foretell/core/node/logger';
import type { Database } from '../db/database.ts';
import { createGatewayRemovalStore } from '../db/gateway-removals.ts';
import { enqueueManifest } from '../db/outbox.ts';
import { publishManifest } from '../manifest/publish-manifest.ts';
import { createOutboxStore } from './outbox-store.ts';
import { createRelay } from './relay.ts';
import { removeGatewayKeys } from './remove-gateway-keys.ts';
import { repeat } from './repeat.ts';
import { sendMessages, type QueueUrls } from './send-messages.ts';
import { createTidy } from './tidy.ts';

interface Dependencies {
  logger: Logger;
  database: Database;
  lake: Lake;
  sqs: SQSClient;
  queueUrls: QueueUrls;
  gatewayKeys: { remove: (apiKey: string) => Promise<void> };
  /** See the outbox's store. */
  jobsAtOnce: number;
}

/** API Gateway's control plane is slow and limited: it has a loop of its own, which holds up no message. */
const gatewayPace = { pollMs: 1000, maxBackOffMs: 30_000 };

/** Beside the outbox, too: no revoked key waits for old rows to go. */
const hourly = { pollMs: 3_600_000, maxBackOffMs: 3_600_000 };

async function succeeds(tidy: () => Promise<void>, logger: Logger): Promise<boolean> {
  try {
    await tidy();
    return true;
  } catch (error) {
    logger.warn({ err: error }, 'could not tidy up');
    return false;
  }
}

/** Starts what carries the database's news out, with a manifest to begin with; answers how to stop it. */
export async function startRelay(deps: Dependencies): Promise<() => Promise<void>> {
  const { logger, database, lake, sqs, queueUrls, gatewayKeys, jobsAtOnce } = deps;
  const store = createOutboxStore(database, { jobsAtOnce });
  await database.write(enqueueManifest);
  const stopRelay = createRelay({
    store,
    logger,
    send: (rows) => sendMessages(sqs, queueUrls, rows),
    publishManifest: () => publishManifest(database, lake),
  }).start();
  const removals = createGatewayRemovalStore(database);
  const remove = (apiKey: string) => gatewayKeys.remove(apiKey);
  const stopRemoving = repeat(() => removeGatewayKeys({ store: removals, remove, logger }), gatewayPace);
  const tidy = createTidy(database, store);
  const stopTidying = repeat(() => succeeds(tidy, logger), hourly);
  return async () => {
    await Promise.all([stopRelay(), stopRemoving(), stopTidying()]);
  };
}
