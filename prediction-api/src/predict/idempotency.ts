import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { idempotencyItemId } from '@foretell/core/contracts/ingest-table';
import { DomainError } from '@foretell/core/domain/errors';
import { askDynamoDb, busy } from '../dynamodb/ask-dynamodb.ts';
import type { Item } from '../prediction-log/item-writer.ts';

/** An Idempotency-Key as it was sent: whose, and with which body. */
export interface IdempotentRequest {
  workspace: string;
  key: string;
  body: string;
}

export interface Idempotency {
  /**
   * The first answer to the key, null when there is none. Throws `conflict` when it was for another body, `unavailable`
   * when the store is busy.
   */
  find(request: IdempotentRequest): Promise<string | null>;
  /**
   * Stores the prediction and its answer together, once on all replicas; answers what was stored first. Throws as `find`
   * does.
   */
  store(request: IdempotentRequest, item: Item, answer: string): Promise<string>;
}

export interface IdempotencyOptions {
  predictionsTable: string;
  ingestTable: string;
  /** Counts what it runs against the bound of predictions on their way to the store. */
  hold: <T>(work: () => Promise<T>) => Promise<T>;
  now: () => number;
}

const keptSeconds = 24 * 3600;
const maxKey = 200;
const attempts = 6;
/** Before the second attempt at most; twice as long before each further one. */
const firstPauseMs = 25;

type Outcome = 'stored' | 'taken' | 'busy';

export function createIdempotency(dynamodb: DynamoDBClient, options: IdempotencyOptions): Idempotency {
  const { predictionsTable, ingestTable, hold, now } = options;
  const nowSeconds = () => Math.floor(now() / 1000);

  async function find(request: IdempotentRequest): Promise<string | null> {
    const id = idempotencyItemId(request.workspace, request.key);
    const { Item } = await askDynamoDb(() =>
      dynamodb.send(
        new GetItemCommand({ TableName: ingestTable, Key: { id: { S: id } }, ConsistentRead: true }),
      ),
    );
    if (!Item || Number(Item['expiresAt']?.N) <= nowSeconds()) return null;
    if (Item['bodyHash']?.S !== hashOf(request.body))
      throw new DomainError('conflict', 'This Idempotency-Key was used with another body.');
    return Item['answer']?.S ?? null;
  }

  async function tryStore(request: IdempotentRequest, item: Item, answer: string): Promise<Outcome> {
    const record = {
      id: { S: idempotencyItemId(request.workspace, request.key) },
      bodyHash: { S: hashOf(request.body) },
      answer: { S: answer },
      expiresAt: { N: String(nowSeconds() + keptSeconds) },
    };
    const prediction = JSON.parse(item.text) as Record<string, AttributeValue>;
    const first = {
      ConditionExpression: 'attribute_not_exists(id) OR expiresAt <= :now',
      ExpressionAttributeValues: { ':now': { N: String(nowSeconds()) } },
    };
    const command = new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName: ingestTable, Item: record, ...first } },
        { Put: { TableName: predictionsTable, Item: prediction } },
      ],
    });
    try {
      await askDynamoDb(() => dynamodb.send(command));
      return 'stored';
    } catch (error) {
      if (error instanceof TransactionCanceledException) return outcomeOf(error);
      throw error;
    }
  }

  async function storeOnce(request: IdempotentRequest, item: Item, answer: string): Promise<string> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (attempt > 0) await sleep(firstPauseMs * 2 ** (attempt - 1) * Math.random());
      const outcome = await tryStore(request, item, answer);
      if (outcome === 'stored') return answer;
      const earlier = outcome === 'taken' ? await find(request) : null;
      if (earlier !== null) return earlier;
    }
    throw busy();
  }

  return {
    find: (request) => hold(() => find(request)),
    store: (request, item, answer) => hold(() => storeOnce(request, item, answer)),
  };
}

const whileBusy = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** Why a transaction was cancelled. Rethrows what trying again would not change. */
function outcomeOf(error: TransactionCanceledException): Outcome {
  const reasons = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
  if (reasons.includes('ConditionalCheckFailed')) return 'taken';
  if (reasons.some((reason) => whileBusy.has(reason))) return 'busy';
  throw error;
}

/** The Idempotency-Key of a request, if it has one. Throws `invalid` for an unusable one. */
export function idempotencyKeyOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && header.length > 0 && header.length <= maxKey) return header;
  throw new DomainError('invalid', `Idempotency-Key: a text of 1 to ${maxKey} characters`, {
    problems: [
      { field: 'idempotency-key', code: 'invalid_type', detail: `a text of 1 to ${maxKey} characters` },
    ],
  });
}

const hashOf = (body: string): string => createHash('sha256').update(body).digest('hex');
