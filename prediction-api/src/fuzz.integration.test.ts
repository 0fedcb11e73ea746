import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { messages } from '@foretell/core/contracts/messages';
import { predictionResponse, recordsResponse } from '@foretell/core/contracts/public-api';
import { servingManifestKey } from '@foretell/core/domain/lake-keys';
import { createLake } from '@foretell/core/node/lake';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { freePort } from '@foretell/local/testing/free-port';
import { z } from 'zod';
import { fuzzApi, missingFuzzer, type FuzzedCall } from './testing/fuzz-api.ts';
import { ids, keyText, sampleKey, sampleManifest } from './testing/sample-manifest.ts';
import { publishSampleModel } from './testing/sample-model.ts';
import { startApiProcess, type ApiProcess } from './testing/start-process.ts';

const seed = 20_261_123;
let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
let api: ApiProcess;
let calls: FuzzedCall[] = [];
let findings: string | null;

/** The document with ids that exist where it asks for any: a body is fuzzed only behind an id that is found. */
function withKnownIds(document: object): object {
  const parsed = JSON.parse(JSON.stringify(document), (key, value: unknown) =>
    key === 'model' && typeof value === 'object' ? { type: 'string', enum: [ids.model] } : value,
  ) as { paths: Record<string, { post?: { parameters?: { name: string; schema: object }[] } }> };
  for (const { post } of Object.values(parsed.paths))
    for (const parameter of post?.parameters ?? [])
      if (parameter.name === 'dataset')
        parameter.schema = { type: 'string', enum: [ids.dataset, ids.openDataset] };
  return parsed;
}

const describeFuzz = missingFuzzer === null ? describe : describe.skip;

describeFuzz(
  `bodies made up from the document${missingFuzzer === null ? '' : ` (SKIPPED: ${missingFuzzer})`}`,
  () => {
    beforeAll(async () => {
      aws = await startAwsWithResources();
      Object.assign(process.env, aws.environment);
      const lake = createLake(new S3Client({ forcePathStyle: true }), aws.resources.bucket);
      const model = await publishSampleModel(lake, { workspace: ids.workspace, id: ids.model, version: 3 });
      const manifest = sampleManifest({ models: [model], apiKeys: [sampleKey('all')] });
      await lake.replace(servingManifestKey, JSON.stringify(manifest), null);
      api = await startApiProcess(aws.environment, await freePort());
      const document = withKnownIds((await (await fetch(`${api.url}/v1/openapi.json`)).json()) as object);
      const operations = ['predict', 'predictBatch', 'sendRecords'];
      const headers = { 'x-api-key': keyText('all') };
      ({ calls, findings } = await fuzzApi({
        url: api.url,
        document,
        operations,
        headers,
        examples: 25,
        seed,
      }));
    }, 180_000);
    afterAll(async () => {
      await api.stop('SIGTERM');
      await aws.stop();
    });

    const answered = (path: RegExp, status: number) =>
      calls.filter((call) => path.test(call.path) && call.status === status);

    test('no answer is a 5xx, and every one is as the document says', () => {
      expect(findings).toBeNull();
      expect(calls.filter(({ status }) => status >= 500)).toEqual([]);
      for (const [path, status] of [
        [/predictions$/, 200],
        [/batch$/, 200],
        [/records$/, 202],
      ] as const)
        expect(answered(path, status).length).toBeGreaterThan(5);
      expect(calls.filter(({ status }) => status === 422).length).toBeGreaterThan(20);
    });

    test('exactly the predictions that were answered are stored', async () => {
      const batch = z.object({ results: z.array(z.looseObject({ id: z.string().optional() })) });
      const told = [
        ...answered(/predictions$/, 200).map(({ body }) => predictionResponse.parse(JSON.parse(body)).id),
        ...answered(/batch$/, 200).flatMap(({ body }) =>
          batch.parse(JSON.parse(body)).results.flatMap(({ id }) => id ?? []),
        ),
      ];
      const stored = await storedIds();
      expect(stored.toSorted()).toEqual([...new Set(told)].toSorted());
    });

    test('exactly the records that were accepted are in the queue', async () => {
      const told = answered(/records$/, 202).map(
        ({ body }) => recordsResponse.parse(JSON.parse(body)).accepted,
      );
      const accepted = told.reduce((sum, count) => sum + count, 0);
      expect(await queuedRecords()).toBe(accepted);
    });
  },
);

async function storedIds(): Promise<string[]> {
  const dynamodb = new DynamoDBClient({});
  const found: string[] = [];
  let from: Record<string, never> | undefined;
  do {
    const page = await dynamodb.send(
      new ScanCommand({ TableName: aws.resources.tables.predictions, ExclusiveStartKey: from }),
    );
    found.push(...(page.Items ?? []).map(({ id }) => id?.S ?? ''));
    from = page.LastEvaluatedKey as typeof from;
  } while (from !== undefined);
  return found;
}

async function queuedRecords(): Promise<number> {
  const sqs = new SQSClient({});
  const QueueUrl = aws.resources.queueUrls.records;
  let records = 0;
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
    );
    if (Messages.length === 0) return records;
    for (const { Body = '' } of Messages)
      records += messages['records.batch'].schema.parse(JSON.parse(Body)).payload.records.length;
    const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}
