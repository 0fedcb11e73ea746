import {
  DynamoDBClient,
  GetItemCommand,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
  type TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { createLogger } from '@foretell/core/node/logger';
import { createItemWriter } from '../prediction-log/item-writer.ts';
import { createIdempotency } from './idempotency.ts';

const request = { workspace: 'w', key: 'order-1', body: '{}' };
const item = { id: 'p1', text: '{"id":{"S":"p1"}}' };
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** An idempotency whose DynamoDB refuses writes with each of `answers` in turn, and takes them for null and after. */
function withAnswers(...answers: (Error | null)[]) {
  const seen = { writes: 0, reads: 0 };
  const dynamodb = new DynamoDBClient({ region: 'eu-west-1' });
  let stored: Record<string, unknown> | undefined;
  dynamodb.send = ((command: GetItemCommand | TransactWriteItemsCommand) => {
    if (command instanceof GetItemCommand) {
      seen.reads++;
      return Promise.resolve({ Item: stored });
    }
    const refused = answers[seen.writes++];
    if (refused) return Promise.reject(refused);
    stored = command.input.TransactItems?.[0]?.Put?.Item;
    return Promise.resolve({});
  }) as typeof dynamodb.send;
  const writer = createItemWriter(() => Promise.resolve(new Set()), createLogger('test', 'silent'), {
    maxQueued: 2,
    maxInFlight: 1,
    lingerMs: 1,
    deadlineMs: 100,
  });
  const idempotency = createIdempotency(dynamodb, {
    predictionsTable: 'predictions',
    ingestTable: 'ingest',
    hold: (work) => writer.hold(work),
    now: () => 0,
  });
  return { idempotency, seen, writer };
}

test('two transactions that met are tried again, and the answer is stored', async () => {
  const { idempotency, seen } = withAnswers(
    cancelled('TransactionConflict', 'None'),
    cancelled('None', 'ThrottlingError'),
  );
  expect(await idempotency.store(request, item, 'mine')).toBe('mine');
  expect(seen).toEqual({ writes: 3, reads: 0 });
});

test('only a failed condition means that another was first: its answer is given', async () => {
  const { idempotency, seen } = withAnswers(null, cancelled('ConditionalCheckFailed', 'None'));
  await idempotency.store(request, item, 'first');
  expect(await idempotency.store(request, item, 'second')).toBe('first');
  expect(seen).toEqual({ writes: 2, reads: 1 });
});

test('a first answer that expired meanwhile leaves its place to this one', async () => {
  const { idempotency, seen } = withAnswers(cancelled('ConditionalCheckFailed', 'None'));
  expect(await idempotency.store(request, item, 'mine')).toBe('mine');
  expect(seen).toEqual({ writes: 2, reads: 1 });
});

test.each([
  ['throttles', new ProvisionedThroughputExceededException({ message: 'Slow down', $metadata: {} })],
  ['cannot be reached', new Error('connect ECONNREFUSED')],
])('a store that %s is unavailable, with a time to come back', async (_title, error) => {
  const { idempotency } = withAnswers(error);
  await expect(idempotency.store(request, item, 'mine')).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterSeconds: 1,
  });
});

test('transactions that go on meeting end as unavailable, after some attempts', async () => {
  const { idempotency, seen } = withAnswers(
    ...Array.from({ length: 99 }, () => cancelled('TransactionConflict')),
  );
  await expect(idempotency.store(request, item, 'mine')).rejects.toMatchObject({ code: 'unavailable' });
  expect(seen.writes).toBe(6);
});

test('an item that DynamoDB refuses as wrong is a bug, not a reason to come back', async () => {
  const wrong = cancelled('None', 'ValidationError');
  const { idempotency, seen } = withAnswers(wrong);
  await expect(idempotency.store(request, item, 'mine')).rejects.toBe(wrong);
  expect(seen.writes).toBe(1);
});

test('requests with a key are turned away at the bound that holds for all predictions', async () => {
  const { idempotency, writer } = withAnswers();
  const release = Promise.withResolvers<undefined>();
  const held = [1, 2].map(() => writer.hold(() => release.promise));
  await expect(idempotency.find(request)).rejects.toMatchObject({ code: 'unavailable' });
  release.resolve(undefined);
  await Promise.all(held);
  await writer.drain();
  expect(await idempotency.find(request)).toBeNull();
});
