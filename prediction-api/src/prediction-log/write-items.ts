import {
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { WriteItems } from './item-writer.ts';

/**
 * Writes items that are already DynamoDB's JSON. The SDK signs, sends and retries as ever; only the body is ours, put
 * in the place of the empty one it serialized.
 */
export function createWriteItems(dynamodb: DynamoDBClient, table: string): WriteItems {
  const bodies = new WeakMap<object, string>();
  dynamodb.middlewareStack.add(
    (next) => (args) => {
      const body = bodies.get(args.input);
      if (body !== undefined) (args.request as { body?: unknown }).body = body;
      return next(args);
    },
    { name: 'writtenBody', step: 'build', priority: 'high' },
  );
  const tableJson = JSON.stringify(table);
  return async (items) => {
    const input: BatchWriteItemCommandInput = { RequestItems: {} };
    const puts = items.map(({ text }) => `{"PutRequest":{"Item":${text}}}`).join(',');
    bodies.set(input, `{"RequestItems":{${tableJson}:[${puts}]}}`);
    const { UnprocessedItems } = await dynamodb.send(new BatchWriteItemCommand(input));
    const left = new Set<string>();
    for (const { PutRequest } of UnprocessedItems?.[table] ?? []) left.add(PutRequest?.Item?.['id']?.S ?? '');
    return left;
  };
}
