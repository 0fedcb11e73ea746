import type { Logger } from '@foretell/core/node/logger';
import type { GatewayRemovalStore } from '../db/gateway-removals.ts';

interface Dependencies {
  store: GatewayRemovalStore;
  remove: (apiKey: string) => Promise<void>;
  logger: Logger;
}

const batchSize = 10;

/**
 * One turn of taking keys out of API Gateway that are to be let through no more. False: it could not be done; it is tried
 * again, by whichever relay, until it is.
 */
export async function removeGatewayKeys({ store, remove, logger }: Dependencies): Promise<boolean> {
  try {
    for (const removal of await store.take(batchSize)) {
      await remove(removal.apiKey);
      await store.done(removal);
    }
    return true;
  } catch (error) {
    logger.warn({ err: error }, 'could not take a key out of API Gateway: will try again');
    return false;
  }
}
