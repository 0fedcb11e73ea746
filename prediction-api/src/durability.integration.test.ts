import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { anyMessage } from '@foretell/core/contracts/messages';
import { predictionOfItem } from '@foretell/core/contracts/predictions-table';
import { assignGroup } from '@foretell/core/domain/bucketing';
import { servingManifestKey } from '@foretell/core/domain/lake-keys';
import { createLake, type Lake } from '@foretell/core/node/lake';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { freePort } from '@foretell/local/testing/free-port';
import { ids, keyText, sampleManifest } from './testing/sample-manifest.ts';
import { publishSampleModel } from './testing/sample-model.ts';
import { startApiProcess, type ApiProcess } from './testing/start-process.ts';

let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
let lake: Lake;
let dynamodb: DynamoDBClient;
let sqs: SQSClient;
const running: ApiProcess[] = [];
const experiment = { id: ids.experiment, seed: 'seed', split: 0.5, fallback: { kind: 'random' as const } };

beforeAll(async () => {
  aws = await startAwsWithResources();
  Object.assign(process.env, aws.environment);
  lake = createLake(new S3Client({ forcePathStyle: true }), aws.resources.bucket);
  dynamodb = new DynamoDBClient();
  sqs = new SQSClient();
  const model = await publishSampleModel(lake, { workspace: ids.workspace, id: ids.model, version: 1 });
  await lake.replace(
    servingManifestKey,
    JSON.stringify(sampleManifest({ models: [{ ...model, experiment }] })),
    null,
  );
});

afterEach(async () => {
  for (const api of running.splice(0)) await api.stop('SIGKILL');
});

afterAll(async () => {
  for (const client of [dynamodb, sqs]) client.destroy();
  await aws.stop();
});

async function start(): Promise<ApiProcess> {
  const api = await startApiProcess(aws.environment, await freePort());
  running.push(api);
  return api;
}

async function ask(url: string, unit: string): Promise<Response> {
  return fetch(`${url}/v1/predictions`, {
    method: 'POST',
    headers: { 'x-api-key': keyText('all'), 'content-type': 'application/json' },
    body: JSON.stringify({
      model: ids.model,
      entity: 'ATL',
      unit,
      features: { destination: 'D3', distance: 500 },
    }),
  });
}

/** Asks from 16 connections until the server is gone or `until` says so; `answered` are the units by the ids of what was. */
function startLoad(url: string, until: () => boolean) {
  const answered = new Map<string, string>();
  let next = 0;
  const one = async () => {
    while (!until()) {
      const unit = `u${next++}`;
      try {
        const response = await ask(url, unit);
        if (response.status !== 200) continue;
        answered.set(((await response.json()) as { id: string }).id, unit);
      } catch {
        return;
      }
    }
  };
  return { answered, ended: Promise.all(Array.from({ length: 16 }, one)) };
}

async function untilAnswered(answered: ReadonlyMap<string, string>, count: number): Promise<void> {
  while (answered.size < count) await delay(20);
}

async function stored(
  predictions: Iterable<string>,
): Promise<Map<string, ReturnType<typeof predictionOfItem>>> {
  const all = [...predictions];
  const found = new Map<string, ReturnType<typeof predictionOfItem>>();
  for (let start = 0; start < all.length; start += 100) {
    const Keys = all.slice(start, start + 100).map((id) => ({ id }));
    const { Responses } = await DynamoDBDocumentClient.from(dynamodb).send(
      new BatchGetCommand({ RequestItems: { [aws.resources.tables.predictions]: { Keys } } }),
    );
    for (const item of Responses?.[aws.resources.tables.predictions] ?? []) {
      const record = predictionOfItem(item);
      found.set(record.id, record);
    }
  }
  return found;
}

test('every prediction answered before kill -9 under load is in DynamoDB, whole', async () => {
  const api = await start();
  const { answered, ended } = startLoad(api.url, () => false);
  await untilAnswered(answered, 300);
  await api.stop('SIGKILL');
  await ended;
  const records = await stored(answered.keys());
  expect(records.size).toBe(answered.size);
  for (const [id, unit] of answered) {
    const record = records.get(id)!;
    const group = assignGroup('seed', unit, 0.5);
    expect(record).toMatchObject({
      unit,
      group,
      workspace: ids.workspace,
      version: 1,
      experiment: ids.experiment,
    });
    expect(record.source).toBe(group === 'model' ? 'model' : 'random');
    expect(record.features).toMatchObject({
      destination: 'D3',
      distance: 500,
      delay_mean_7d: 0.25,
      carrier: null,
    });
    expect(record.request).toMatchObject({ model: ids.model, entity: 'ATL', unit });
  }
});

test('SIGTERM lets the requests on their way finish, sends the assignments, and exits 0', async () => {
  const api = await start();
  let stopping = false;
  const { answered, ended } = startLoad(api.url, () => stopping);
  await untilAnswered(answered, 100);
  const exit = api.stop('SIGTERM');
  await ended;
  stopping = true;
  expect(await exit).toBe(0);
  expect((await stored(answered.keys())).size).toBe(answered.size);
  const told = await receiveAssignments();
  for (const unit of answered.values()) expect(told.get(unit)).toBe(assignGroup('seed', unit, 0.5));
});

async function receiveAssignments(): Promise<Map<string, string>> {
  const told = new Map<string, string>();
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: aws.resources.queueUrls.assignments,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
      }),
    );
    if (Messages.length === 0) return told;
    for (const { Body } of Messages) {
      const message = anyMessage.parse(JSON.parse(Body ?? ''));
      if (message.type !== 'assignments.batch') throw new Error(`Unexpected ${message.type}`);
      for (const { unit, group } of message.payload.assignments) told.set(unit, group);
    }
  }
}
