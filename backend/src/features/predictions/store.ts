import { GetCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  experimentKey,
  experimentShards,
  modelDayKey,
  modelDayShards,
  modelEntityKey,
  predictionRecord,
  predictionsTable,
  type PredictionRecord,
} from '@foretell/core/contracts/predictions-table';
import { mergeNewestFirst } from './newest-first.ts';

const { indexes } = predictionsTable;
type Index = (typeof indexes)[keyof typeof indexes];

/** From and to are ISO times in UTC with milliseconds, both inclusive. One that ends before it begins has nothing. */
export interface Period {
  from: string;
  to: string;
}

const dayMs = 86_400_000;
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

function* daysBackwards({ from, to }: Period): Generator<string> {
  const first = dayOf(Date.parse(from));
  for (let time = Date.parse(to); dayOf(time) >= first; time -= dayMs) yield dayOf(time);
}

const asRecord = (item: Record<string, unknown>): PredictionRecord =>
  predictionRecord.parse({ ...item, experiment: item['experiment'] ?? null });

/** Reads what the prediction API logged; writes nothing. Lists are newest first and read page by page, as they are asked for. */
export function createPredictionStore(dynamodb: DynamoDBDocumentClient, table: string) {
  async function* query(index: Index, key: string, { from, to }: Period): AsyncGenerator<PredictionRecord> {
    // DynamoDB refuses such a period.
    if (from > to) return;
    let start: Record<string, unknown> | undefined;
    do {
      const answer = await dynamodb.send(
        new QueryCommand({
          TableName: table,
          IndexName: index.name,
          KeyConditionExpression: '#key = :key AND #at BETWEEN :from AND :to',
          ExpressionAttributeNames: { '#key': index.partitionKey, '#at': index.sortKey },
          ExpressionAttributeValues: { ':key': key, ':from': from, ':to': to },
          ScanIndexForward: false,
          Limit: 100,
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      );
      for (const item of answer.Items ?? []) yield asRecord(item);
      start = answer.LastEvaluatedKey;
    } while (start);
  }

  const merged = (index: Index, shards: number, keyOf: (shard: number) => string, period: Period) =>
    mergeNewestFirst(Array.from({ length: shards }, (_, shard) => query(index, keyOf(shard), period)));

  return {
    async get(id: string): Promise<PredictionRecord | null> {
      const { Item } = await dynamodb.send(new GetCommand({ TableName: table, Key: { id } }));
      return Item ? asRecord(Item) : null;
    },

    async *ofModel(model: string, period: Period): AsyncGenerator<PredictionRecord> {
      for (const day of daysBackwards(period))
        yield* merged(indexes.byModelDay, modelDayShards, (shard) => modelDayKey(model, day, shard), period);
    },

    ofEntity: (model: string, entity: string, period: Period) =>
      query(indexes.byEntity, modelEntityKey(model, entity), period),

    ofExperiment: (experiment: string, period: Period) =>
      merged(indexes.byExperiment, experimentShards, (shard) => experimentKey(experiment, shard), period),
  };
}
export type PredictionStore = ReturnType<typeof createPredictionStore>;
