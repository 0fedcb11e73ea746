import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { batchItem, batchItemId, recordItemId, type BatchItem } from '@foretell/core/contracts/ingest-table';
import { DomainError } from '@foretell/core/domain/errors';
import { askDynamoDb } from '../dynamodb/ask-dynamodb.ts';

/** What is known of streamed records and their batches (contract: ingest-table.ts). */
export interface IngestStore {
  /** Those of `recordIds` that the dataset has accepted before. */
  findAccepted(dataset: string, recordIds: readonly string[]): Promise<Set<string>>;
  markAccepted(dataset: string, recordIds: readonly string[], expiresAt: number): Promise<void>;
  putBatches(batches: readonly BatchItem[]): Promise<void>;
  findBatches(ids: readonly string[]): Promise<BatchItem[]>;
}

type Item = Record<string, AttributeValue>;

const [getAtOnce, writeAtOnce, callsAtOnce, attempts] = [100, 25, 8, 8];

export function createIngestStore(dynamodb: DynamoDBClient, table: string, now: () => number): IngestStore {
  async function get(ids: readonly string[]): Promise<Item[]> {
    const found: Item[] = [];
    let keys: Item[] = ids.map((id) => ({ id: { S: id } }));
    for (let attempt = 0; keys.length > 0; attempt++) {
      await pause(attempt);
      const { Responses, UnprocessedKeys } = await askDynamoDb(() =>
        dynamodb.send(
          new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } }),
        ),
      );
      found.push(...(Responses?.[table] ?? []));
      keys = UnprocessedKeys?.[table]?.Keys ?? [];
    }
    const nowSeconds = now() / 1000;
    return found.filter((item) => Number(item['expiresAt']?.N) > nowSeconds);
  }

  async function put(items: readonly Item[]): Promise<void> {
    let writes = items.map((Item) => ({ PutRequest: { Item } }));
    for (let attempt = 0; writes.length > 0; attempt++) {
      await pause(attempt);
      const { UnprocessedItems } = await askDynamoDb(() =>
        dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table]: writes } })),
      );
      writes = (UnprocessedItems?.[table] ?? []).flatMap(({ PutRequest }) =>
        PutRequest?.Item ? [{ PutRequest: { Item: PutRequest.Item } }] : [],
      );
    }
  }

  return {
    async findAccepted(dataset, recordIds) {
      const ids = new Map(recordIds.map((recordId) => [recordItemId(dataset, recordId), recordId]));
      const items = (await inChunks([...ids.keys()], getAtOnce, get)).flat();
      return new Set(items.flatMap((item) => ids.get(item['id']?.S ?? '') ?? []));
    },
    async markAccepted(dataset, recordIds, expiresAt) {
      const items = recordIds.map((recordId) => ({
        id: { S: recordItemId(dataset, recordId) },
        expiresAt: { N: String(expiresAt) },
      }));
      await inChunks(items, writeAtOnce, put);
    },
    putBatches: (batches) => inChunks(batches.map(toItem), writeAtOnce, put).then(() => undefined),
    async findBatches(ids) {
      return (await inChunks(ids.map(batchItemId), getAtOnce, get)).flat().map(fromItem);
    },
  };
}

function toItem({ accepted, expiresAt, parts, storedAt, ...texts }: BatchItem): Item {
  return {
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { S: text }])),
    ...(storedAt === undefined ? {} : { storedAt: { S: storedAt } }),
    accepted: { N: String(accepted) },
    expiresAt: { N: String(expiresAt) },
    parts: { L: parts.map((part) => ({ S: part })) },
  };
}

function fromItem(item: Item): BatchItem {
  const plain = Object.entries(item).map(([name, value]) => [
    name,
    value.L ? value.L.map((part) => part.S) : value.N === undefined ? value.S : Number(value.N),
  ]);
  return batchItem.parse(Object.fromEntries(plain));
}

/** Calls `run` on each run of `size` items, a few at a time. */
async function inChunks<T, R>(
  items: readonly T[],
  size: number,
  run: (chunk: readonly T[]) => Promise<R>,
): Promise<R[]> {
  const chunks = Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
  const results: R[] = [];
  for (let start = 0; start < chunks.length; start += callsAtOnce)
    results.push(...(await Promise.all(chunks.slice(start, start + callsAtOnce).map(run))));
  return results;
}

/** Waits longer before each further attempt at what DynamoDB left unprocessed. */
async function pause(attempt: number): Promise<void> {
  if (attempt >= attempts)
    throw new DomainError('unavailable', 'DynamoDB is throttling.', { retryAfterSeconds: 5 });
  if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt * Math.random()));
}
