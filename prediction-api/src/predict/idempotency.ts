import { createHash } from 'node:crypto';
import {
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { idempotencyItemId } from '@foretell/core/contracts/ingest-table';
import { DomainError } from '@foretell/core/domain/errors';
import type { Item } from '../prediction-log/item-writer.ts';

/** An Idempotency-Key as it was sent: whose, and with which body. */
export interface IdempotentRequest {
  workspace: string;
  key: string;
  body: string;
}

export interface Idempotency {
  /** The first answer to the key, null when there is none. Throws `conflict` when it was for another body. */
  find(request: IdempotentRequest): Promise<string | null>;
  /** Stores the prediction and its answer together, once on all replicas; answers what was stored first. */
  store(request: IdempotentRequest, item: Item, answer: string): Promise<string>;
}

export interface IdempotencyOptions {
  predictionsTable: string;
  ingestTable: string;
  now: () => number;
}

const keptSeconds = 24 * 3600;
const maxKey = 200;
const attempts = 5;

export function createIdempotency(dynamodb: DynamoDBClient, options: IdempotencyOptions): Idempotency {
  const { predictionsTable, ingestTable, now } = options;
  const nowSeconds = () => Math.floor(now() / 1000);

  async function find(request: IdempotentRequest): Promise<string | null> {
    const id = idempotencyItemId(request.workspace, request.key);
    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName: ingestTable, Key: { id: { S: id } }, ConsistentRead: true }),
    );
    if (!Item || Number(Item['expiresAt']?.N) <= nowSeconds()) return null;
    if (Item['bodyHash']?.S !== hashOf(request.body))
      throw new DomainError('conflict', 'This Idempotency-Key was used with another body.');
    return Item['answer']?.S ?? null;
  }

  /** False when another request with the key was first. */
  async function tryStore(request: IdempotentRequest, item: Item, answer: string): Promise<boolean> {
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
    try {
      await dynamodb.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName: ingestTable, Item: record, ...first } },
            { Put: { TableName: predictionsTable, Item: prediction } },
          ],
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof TransactionCanceledException) return false;
      throw error;
    }
  }

  return {
    find,
    async store(request, item, answer) {
      for (let attempt = 0; attempt < attempts; attempt++) {
        if (await tryStore(request, item, answer)) return answer;
        const earlier = await find(request);
        if (earlier !== null) return earlier;
      }
      throw new DomainError('unavailable', 'Other requests with this Idempotency-Key are on their way.', {
        retryAfterSeconds: 1,
      });
    },
  };
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
