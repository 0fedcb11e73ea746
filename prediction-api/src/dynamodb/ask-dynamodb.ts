import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { DomainError } from '@foretell/core/domain/errors';

/** What DynamoDB says when it is asked for more than it gives now: by their nature a client's faults, but not this one's. */
const throttled = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionInProgressException',
]);

/**
 * A call whose caller waits for it. DynamoDB that throttles, fails or cannot be reached is `unavailable`, after the SDK's
 * own retries; what it refuses as wrong stays the error it is.
 */
export async function askDynamoDb<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const refused =
      error instanceof DynamoDBServiceException && error.$fault === 'client' && !throttled.has(error.name);
    throw refused ? error : busy(error);
  }
}

export const busy = (cause?: unknown): DomainError =>
  new DomainError('unavailable', 'The store is busy or cannot be reached.', { cause, retryAfterSeconds: 1 });
