import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { batchItemId } from '@foretell/core/contracts/ingest-table';
import { anyMessage, type Message } from '@foretell/core/contracts/messages';
import type { ServingDataset } from '@foretell/core/contracts/serving-manifest';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { newId } from '../predict/new-id.ts';
import { createMessageSender } from '../queues/message-sender.ts';
import { ids, sampleDatasets } from '../testing/sample-manifest.ts';
import { createIngestStore } from './ingest-store.ts';
import { createIngest, type Ingest } from './ingest.ts';

let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
let dynamodb: DynamoDBClient;
let sqs: SQSClient;
let nowMs = Date.now();
const [, open] = sampleDatasets as [ServingDataset, ServingDataset];

beforeAll(async () => {
  aws = await startAwsWithResources();
  Object.assign(process.env, aws.environment);
  [dynamodb, sqs] = [new DynamoDBClient(), new SQSClient()];
});

afterAll(async () => {
  for (const client of [dynamodb, sqs]) client.destroy();
  await aws.stop();
});

function ingestTo(queueUrl = aws.resources.queueUrls.records): Ingest {
  return createIngest({
    store: createIngestStore(dynamodb, aws.resources.tables.ingest, () => nowMs),
    send: createMessageSender<'records.batch'>(sqs, queueUrl),
    newId: () => newId(nowMs),
    now: () => nowMs,
  });
}

async function receive(): Promise<Message<'records.batch'>['payload'][]> {
  const payloads: Message<'records.batch'>['payload'][] = [];
  const QueueUrl = aws.resources.queueUrls.records;
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    if (Messages.length === 0) return payloads;
    for (const { Body, ReceiptHandle } of Messages) {
      const message = anyMessage.parse(JSON.parse(Body ?? ''));
      if (message.type !== 'records.batch') throw new Error(`Unexpected ${message.type}`);
      payloads.push(message.payload);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

/** As the worker does once a message's records are in the lake. */
async function markStored(batch: string): Promise<void> {
  await DynamoDBDocumentClient.from(dynamodb).send(
    new UpdateCommand({
      TableName: aws.resources.tables.ingest,
      Key: { id: batchItemId(batch) },
      UpdateExpression: 'SET #status = :stored, storedAt = :at',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':stored': 'stored', ':at': '2026-01-01T00:00:00.000Z' },
    }),
  );
}

test('records are accepted once, whole and in order, and the batch is followed until it is stored', async () => {
  const ingest = ingestTo();
  const records = Array.from({ length: 300 }, (_, i) => ({ record_id: `r${i}`, n: i }));
  const first = await ingest.accept(open, [...records, records[0], { n: 1 }]);
  expect(first).toMatchObject({ accepted: 301, duplicates: 1, rejected: [] });
  const [payload] = await receive();
  expect(payload).toMatchObject({ dataset: open.id, batch: first.batch_id });
  expect(payload!.records.slice(0, 300).map(({ recordId }) => recordId)).toEqual(
    records.map((r) => r.record_id),
  );
  expect(await ingest.status(ids.workspace, first.batch_id)).toMatchObject({
    status: 'accepted',
    accepted: 301,
  });
  await markStored(first.batch_id);
  expect(await ingest.status(ids.workspace, first.batch_id)).toMatchObject({
    status: 'stored',
    storedAt: '2026-01-01T00:00:00.000Z',
  });
  const again = await ingest.accept(open, records.slice(0, 5));
  expect(again).toMatchObject({ accepted: 0, duplicates: 5 });
  expect(await receive()).toEqual([]);
  expect((await ingest.status(ids.workspace, again.batch_id)).status).toBe('stored');
});

test('a record_id is forgotten after 7 days', async () => {
  const ingest = ingestTo();
  await ingest.accept(open, [{ record_id: 'old' }]);
  nowMs += 8 * 86_400_000;
  expect(await ingest.accept(open, [{ record_id: 'old' }])).toMatchObject({ accepted: 1, duplicates: 0 });
  nowMs = Date.now();
  await receive();
});

test('a request too large for one message is several, stored when all of them are', async () => {
  const ingest = ingestTo();
  const records = Array.from({ length: 1000 }, (_, i) => ({ record_id: `big${i}`, text: 'x'.repeat(700) }));
  const { batch_id, accepted } = await ingest.accept(open, records);
  const payloads = await receive();
  expect(payloads.length).toBeGreaterThan(1);
  expect(accepted).toBe(1000);
  expect(new Set(payloads.flatMap((payload) => payload.records.map((r) => r.recordId))).size).toBe(1000);
  for (const { batch } of payloads) {
    expect((await ingest.status(ids.workspace, batch_id)).status).toBe('accepted');
    await markStored(batch);
  }
  expect(await ingest.status(ids.workspace, batch_id)).toMatchObject({ status: 'stored', accepted: 1000 });
});

test('what SQS did not take is not a duplicate when it is sent again', async () => {
  const records = [{ record_id: 'again' }];
  const broken = ingestTo(`${aws.resources.queueUrls.records}-nowhere`);
  await expect(broken.accept(open, records)).rejects.toMatchObject({ code: 'unavailable' });
  expect(await ingestTo().accept(open, records)).toMatchObject({ accepted: 1, duplicates: 0 });
  await receive();
});

test('records that are wrong are told apart; when all are, the request is', async () => {
  const [typed] = sampleDatasets as [ServingDataset];
  const answer = await ingestTo().accept(typed, [{ minutes: 1 }, { record_id: 'bad', minutes: 'x' }]);
  expect(answer.accepted).toBe(1);
  expect(answer.rejected).toMatchObject([{ index: 1, record_id: 'bad', field: 'minutes' }]);
  await expect(ingestTo().accept(typed, [{ minutes: 'x' }])).rejects.toMatchObject({
    code: 'invalid',
    problems: [{ field: 'records.0.minutes' }],
  });
  await receive();
});

test("another workspace's batch is not found", async () => {
  const { batch_id } = await ingestTo().accept(open, [{ a: 1 }]);
  await expect(ingestTo().status(ids.otherWorkspace, batch_id)).rejects.toMatchObject({ code: 'not_found' });
  await receive();
});
