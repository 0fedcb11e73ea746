import {
  ConditionalCheckFailedException,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { batchItemId } from '@foretell/core/contracts/ingest-table';

export type MarkBatchStored = (batch: string) => Promise<void>;

/** Says in the ingest table that a batch's records are in the lake, unless the batch is no longer kept there. */
export function createMarkBatchStored(
  dynamodb: DynamoDBClient,
  table: string,
  now: () => Date,
): MarkBatchStored {
  return async (batch) => {
    try {
      await dynamodb.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { id: { S: batchItemId(batch) } },
          UpdateExpression: 'SET #status = :stored, storedAt = if_not_exists(storedAt, :now)',
          ConditionExpression: 'attribute_exists(id)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':stored': { S: 'stored' }, ':now': { S: now().toISOString() } },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };
}
