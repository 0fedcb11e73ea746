import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { APIGatewayClient, CreateUsagePlanCommand, GetUsagePlansCommand } from '@aws-sdk/client-api-gateway';
import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutBucketCorsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { queueNames, type QueueName } from '@foretell/core/contracts/messages';
import { predictionsTable } from '@foretell/core/contracts/predictions-table';
import { awsEnvironment } from './aws-environment.ts';
import { createMailIdentity, mailFrom } from './mail-identity.ts';
import { repositoryRoot } from './repository-root.ts';

/** What Terraform creates on AWS, created on the local AWS: the same names, keys and rules. Safe to run again. */

const bucket = 'foretell-lake';
const predictions = 'predictions';
const ingest = 'ingest';
const maxReceiveCount = 5;
const visibilitySeconds = 60;
const deadLetterDays = 14;
/** EventBridge's rule sends EMR's state changes here. */
const sparkEvents = 'spark-events';
/** On AWS: `foretell-<environment>-<tier>`. */
const usagePlan = 'foretell-local-standard';
const sparkRunner = 'spark/runners/run_job.py';

export interface Resources {
  bucket: string;
  tables: { predictions: string; ingest: string };
  queueUrls: Record<QueueName, string>;
  deadLetterUrls: Record<QueueName, string>;
  sparkEventsUrl: string;
  /** The part of the services' environment that names all of it. */
  environment: Record<string, string>;
}

const named = (error: unknown, ...names: string[]) => error instanceof Error && names.includes(error.name);

async function createBucket(s3: S3Client): Promise<void> {
  try {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!named(error, 'BucketAlreadyOwnedByYou', 'BucketAlreadyExists')) throw error;
  }
  // The dashboard PUTs uploads to presigned URLs straight from the browser.
  const rule = { AllowedOrigins: ['*'], AllowedMethods: ['PUT', 'GET', 'HEAD'], AllowedHeaders: ['*'] };
  await s3.send(
    new PutBucketCorsCommand({
      Bucket: bucket,
      CORSConfiguration: { CORSRules: [{ ...rule, ExposeHeaders: ['ETag'] }] },
    }),
  );
}

/** The script that every job on Spark names, under a key of the lake as on AWS. */
async function putSparkRunner(s3: S3Client): Promise<void> {
  const Body = await readFile(join(repositoryRoot, 'spark-jobs/runner/run_job.py'));
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: sparkRunner, Body }));
}

async function createTable(dynamodb: DynamoDBClient, table: string, indexes: IndexKeys[]): Promise<void> {
  const attributes = new Set(['id', ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])]);
  try {
    await dynamodb.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [...attributes].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes.map(globalIndex) } : {}),
      }),
    );
    const ttl = { AttributeName: predictionsTable.ttlAttribute, Enabled: true };
    await dynamodb.send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification: ttl }));
  } catch (error) {
    if (!named(error, 'ResourceInUseException')) throw error;
  }
}

async function createUsagePlan(gateway: APIGatewayClient): Promise<void> {
  const { items = [] } = await gateway.send(new GetUsagePlansCommand({ limit: 500 }));
  if (!items.some(({ name }) => name === usagePlan))
    await gateway.send(new CreateUsagePlanCommand({ name: usagePlan }));
}

interface IndexKeys {
  name: string;
  partitionKey: string;
  sortKey: string;
}
function globalIndex({ name, partitionKey, sortKey }: IndexKeys) {
  return {
    IndexName: name,
    KeySchema: [
      { AttributeName: partitionKey, KeyType: 'HASH' as const },
      { AttributeName: sortKey, KeyType: 'RANGE' as const },
    ],
    Projection: { ProjectionType: 'ALL' as const },
  };
}

async function createQueue({ sqs, endpoint }: Queues, name: string, attributes: Record<string, string>) {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  if (!QueueUrl) throw new Error(`SQS answered no URL for the queue ${name}`);
  // A kept queue answers with the port it was created on, which may not be today's.
  return new URL(new URL(QueueUrl).pathname, endpoint).href;
}

async function createQueuePair(
  queues: Queues,
  name: string,
): Promise<{ url: string; deadLetterUrl: string }> {
  const deadLetters = `${name}-dead-letters`;
  const deadLetterUrl = await createQueue(queues, deadLetters, {
    MessageRetentionPeriod: String(deadLetterDays * 86_400),
  });
  const deadLetterTargetArn = `arn:aws:sqs:us-east-1:000000000000:${deadLetters}`;
  const url = await createQueue(queues, name, {
    VisibilityTimeout: String(visibilitySeconds),
    ReceiveMessageWaitTimeSeconds: '20',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
  });
  return { url, deadLetterUrl };
}

interface Queues {
  sqs: SQSClient;
  endpoint: string;
}

type QueueResources = Pick<Resources, 'queueUrls' | 'deadLetterUrls' | 'sparkEventsUrl'>;

async function createQueues(queues: Queues): Promise<QueueResources> {
  const queueUrls: Partial<Record<QueueName, string>> = {};
  const deadLetterUrls: Partial<Record<QueueName, string>> = {};
  for (const name of queueNames) {
    const { url, deadLetterUrl } = await createQueuePair(queues, name);
    queueUrls[name] = url;
    deadLetterUrls[name] = deadLetterUrl;
  }
  const { url: sparkEventsUrl } = await createQueuePair(queues, sparkEvents);
  return {
    sparkEventsUrl,
    queueUrls: queueUrls as Record<QueueName, string>,
    deadLetterUrls: deadLetterUrls as Record<QueueName, string>,
  };
}

/** For an AWS client of this package itself, whose process has no AWS environment. */
export function clientConfig(endpoint: string) {
  const aws = awsEnvironment(endpoint);
  return {
    endpoint,
    region: aws.AWS_REGION,
    credentials: { accessKeyId: aws.AWS_ACCESS_KEY_ID, secretAccessKey: aws.AWS_SECRET_ACCESS_KEY },
  };
}

/** Creates bucket, queues with their dead letters, tables, the usage plan and the mails' domain on the local AWS at `endpoint`. */
export async function createResources(endpoint: string): Promise<Resources> {
  const client = clientConfig(endpoint);
  const [s3, sqs, dynamodb, gateway] = [
    new S3Client({ ...client, forcePathStyle: true }),
    new SQSClient(client),
    new DynamoDBClient(client),
    new APIGatewayClient(client),
  ];
  try {
    const [queues] = await Promise.all([
      createQueues({ sqs, endpoint }),
      createBucket(s3).then(() => putSparkRunner(s3)),
      createTable(dynamodb, predictions, Object.values(predictionsTable.indexes)),
      createTable(dynamodb, ingest, []),
      createUsagePlan(gateway),
      createMailIdentity(client),
    ]);
    const urls = Object.entries(queues.queueUrls).map(([name, url]) => [
      `QUEUE_URL_${name.toUpperCase().replaceAll('-', '_')}`,
      url,
    ]);
    return {
      bucket,
      tables: { predictions, ingest },
      ...queues,
      environment: {
        LAKE_BUCKET: bucket,
        S3_FORCE_PATH_STYLE: 'true',
        PREDICTIONS_TABLE: predictions,
        INGEST_TABLE: ingest,
        MAIL_FROM: mailFrom,
        QUEUE_URL_SPARK_EVENTS: queues.sparkEventsUrl,
        SPARK_RUNNER_KEY: sparkRunner,
        USAGE_PLAN: usagePlan,
        ...(Object.fromEntries(urls) as Record<string, string>),
      },
    };
  } finally {
    for (const each of [s3, sqs, dynamodb, gateway]) each.destroy();
  }
}
