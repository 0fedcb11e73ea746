import {
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  type QueueAttributeName,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import {
  experimentKey,
  modelDayKey,
  modelEntityKey,
  type PredictionRecord,
} from '@foretell/core/contracts/predictions-table';
import { blocks, textOf, type JsonObject } from '@foretell/infra/policies/resource';
import { createPredictionStore } from '../../../../backend/src/features/predictions/store.ts';
import { startMoto, type TestMoto } from '../../../../local/src/testing/moto.ts';
import { resolve, resourcesOf } from './resolved.ts';

let moto: TestMoto;
let [sqs, dynamodb]: [SQSClient, DynamoDBClient] = [new SQSClient(), new DynamoDBClient()];
beforeAll(async () => {
  moto = await startMoto();
  sqs = new SQSClient(moto.client);
  dynamodb = new DynamoDBClient(moto.client);
});
afterAll(async () => {
  for (const client of [sqs, dynamodb]) client.destroy();
  await moto.stop();
});

/** Terraform's names for what SQS calls otherwise. */
const queueAttributes: Readonly<Record<string, QueueAttributeName>> = {
  visibility_timeout_seconds: 'VisibilityTimeout',
  receive_wait_time_seconds: 'ReceiveMessageWaitTimeSeconds',
  message_retention_seconds: 'MessageRetentionPeriod',
  sqs_managed_sse_enabled: 'SqsManagedSseEnabled',
};
const settings: readonly (readonly [type: string, attribute: string, name: QueueAttributeName])[] = [
  ['aws_sqs_queue_policy', 'policy', 'Policy'],
  ['aws_sqs_queue_redrive_policy', 'redrive_policy', 'RedrivePolicy'],
  ['aws_sqs_queue_redrive_allow_policy', 'redrive_allow_policy', 'RedriveAllowPolicy'],
];

/** Makes every queue of the stack; the answer is their addresses by name. */
async function createQueues(): Promise<ReadonlyMap<string, string>> {
  const [known, urls] = [new Map<string, string>(), new Map<string, string>()];
  for (const { address, values } of resourcesOf('messaging-staging', 'aws_sqs_queue')) {
    const given = Object.entries(queueAttributes).filter(([key]) => values[key] !== undefined);
    const Attributes = Object.fromEntries(given.map(([key, name]) => [name, textOf(values[key])]));
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: textOf(values['name']), Attributes }),
    );
    const made = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(made.Attributes).toMatchObject(Attributes);
    urls.set(textOf(values['name']), QueueUrl);
    known.set(`${address}.url`, QueueUrl).set(`${address}.arn`, made.Attributes?.['QueueArn'] ?? '');
  }
  const answered = (reference: string) =>
    known.get(reference) ?? 'arn:aws:events:eu-west-1:123456789012:rule/r';
  for (const [type, attribute, name] of settings)
    for (const { values } of resourcesOf('messaging-staging', type)) {
      const { queue_url: QueueUrl, [attribute]: value } = resolve(values, answered);
      await sqs.send(
        new SetQueueAttributesCommand({ QueueUrl: textOf(QueueUrl), Attributes: { [name]: textOf(value) } }),
      );
    }
  return urls;
}

test('SQS takes every queue, and hands over to its dead letters after five tries', async () => {
  const urls = await createQueues();
  const QueueUrl = urls.get('foretell-staging-imports');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hopeless' }));
  const receive = (from: string | undefined) =>
    sqs
      .send(new ReceiveMessageCommand({ QueueUrl: from, VisibilityTimeout: 0, WaitTimeSeconds: 0 }))
      .then(({ Messages }) => Messages?.map(({ Body }) => Body) ?? []);
  for (let receives = 1; receives <= 5; receives++) expect(await receive(QueueUrl)).toEqual(['hopeless']);
  expect(await receive(QueueUrl)).toEqual([]);
  expect(await receive(urls.get('foretell-staging-imports-dead-letters'))).toEqual(['hopeless']);
});

async function createTable(values: JsonObject): Promise<string> {
  const schema = (of: JsonObject) => [
    { AttributeName: textOf(of['hash_key']), KeyType: 'HASH' as const },
    ...(of['range_key'] === undefined
      ? []
      : [{ AttributeName: textOf(of['range_key']), KeyType: 'RANGE' as const }]),
  ];
  const TableName = textOf(values['name']);
  const indexes = blocks(values, 'global_secondary_index').map((index) => ({
    IndexName: textOf(index['name']),
    KeySchema: schema(index),
    Projection: { ProjectionType: textOf(index['projection_type']) as 'ALL' },
  }));
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: textOf(values['billing_mode']) as 'PAY_PER_REQUEST',
      KeySchema: schema(values),
      AttributeDefinitions: blocks(values, 'attribute').map(({ name, type }) => ({
        AttributeName: textOf(name),
        AttributeType: textOf(type) as 'S',
      })),
      ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
    }),
  );
  for (const ttl of blocks(values, 'ttl'))
    await dynamodb.send(
      new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { Enabled: true, AttributeName: textOf(ttl['attribute_name']) },
      }),
    );
  return TableName;
}

const [model, experiment] = ['0199a0c0-0000-7000-8000-000000000001', '0199a0c0-0000-7000-8000-000000000002'];
const prediction = (n: number): PredictionRecord => ({
  id: `0199a0c0-0000-7000-8000-0000000001${String(n).padStart(2, '0')}`,
  workspace: '0199a0c0-0000-7000-8000-000000000003',
  model,
  version: 1,
  entity: n % 2 === 0 ? 'even' : 'odd',
  unit: `u${n}`,
  request: { model, entity: 'e' },
  features: { amount: n },
  missing: [],
  featuresAsOf: null,
  predictedFor: '2026-11-01T00:00:00.000Z',
  value: n,
  probability: null,
  source: 'model',
  experiment,
  group: 'model',
  createdAt: `2026-11-0${1 + (n % 3)}T00:00:0${n % 10}.000Z`,
  latencyMs: 1,
});

test('DynamoDB takes every table, and the backend finds predictions by each of its indexes', async () => {
  const tables = resourcesOf('data-staging', 'aws_dynamodb_table');
  const made = await Promise.all(tables.map(({ values }) => createTable(values)));
  const table = made.find((name) => name.endsWith('-predictions')) ?? '';
  const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName: table }));
  expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expiresAt', TimeToLiveStatus: 'ENABLED' });
  const documents = DynamoDBDocumentClient.from(dynamodb);
  const predictions = Array.from({ length: 12 }, (_, n) => prediction(n));
  for (const [n, record] of predictions.entries())
    await documents.send(
      new PutCommand({
        TableName: table,
        Item: {
          ...record,
          modelDay: modelDayKey(model, record.createdAt.slice(0, 10), n % 4),
          modelEntity: modelEntityKey(model, record.entity),
          experimentShard: experimentKey(experiment, n % 4),
          expiresAt: 1_800_000_000,
        },
      }),
    );
  const store = createPredictionStore(documents, table);
  const period = { from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T23:59:59.999Z' };
  const found = async (records: AsyncIterable<PredictionRecord>) => {
    const ids: string[] = [];
    for await (const { id } of records) ids.push(id);
    return ids;
  };
  const within = (keep: (record: PredictionRecord) => boolean) =>
    predictions
      .filter((record) => record.createdAt <= period.to && keep(record))
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
      .map(({ id }) => id);
  expect(await store.get(predictions[3]!.id)).toEqual(predictions[3]);
  expect(await found(store.ofModel(model, period))).toEqual(within(() => true));
  expect(await found(store.ofExperiment(experiment, period))).toEqual(within(() => true));
  expect(await found(store.ofEntity(model, 'odd', period))).toEqual(within(({ entity }) => entity === 'odd'));
});
