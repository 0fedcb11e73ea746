import { QueryCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { assignment, type Assignment } from '@foretell/core/contracts/messages';
import { experimentKey, predictionsTable } from '@foretell/core/contracts/predictions-table';

export interface ExposureLog {
  /**
   * The exposures of an experiment's shard from `from` (an ISO time, included) on, oldest first, a page of at most 1 MB
   * of predictions at a time: every prediction's, so a unit comes as often as it was predicted for.
   */
  pages(experiment: string, shard: number, from: string): AsyncGenerator<Assignment[]>;
}

const { byExperiment } = predictionsTable.indexes;

/** The prediction log as experiments see it: each prediction is stored before it is answered, with its unit's group. */
export function createExposureLog(dynamodb: DynamoDBClient, table: string): ExposureLog {
  return {
    async *pages(experiment, shard, from) {
      let start: Record<string, AttributeValue> | undefined;
      do {
        const answer = await dynamodb.send(
          new QueryCommand({
            TableName: table,
            IndexName: byExperiment.name,
            KeyConditionExpression: '#key = :key AND #at >= :from',
            ProjectionExpression: '#unit, #group, #at',
            ExpressionAttributeNames: {
              '#key': byExperiment.partitionKey,
              '#at': byExperiment.sortKey,
              '#unit': 'unit',
              '#group': 'group',
            },
            ExpressionAttributeValues: {
              ':key': { S: experimentKey(experiment, shard) },
              ':from': { S: from },
            },
            ...(start ? { ExclusiveStartKey: start } : {}),
          }),
        );
        yield (answer.Items ?? []).map((item) => exposureOf(experiment, item));
        start = answer.LastEvaluatedKey;
      } while (start);
    },
  };
}

const exposureOf = (experiment: string, item: Record<string, AttributeValue>): Assignment =>
  assignment.parse({
    experiment,
    unit: item['unit']?.S,
    group: item['group']?.S,
    exposedAt: item[byExperiment.sortKey]?.S,
  });
