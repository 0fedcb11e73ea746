import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { z } from 'zod';
import type { backendEnvironment } from './env.ts';
import { createSecrets } from './features/connections/secrets.ts';

const downloadSeconds = 3600;

/** The AWS clients of the process. Where AWS is, and who asks, the SDK reads from its own environment. */
export function createAwsClients(env: z.output<typeof backendEnvironment>) {
  const s3 = new S3Client({ forcePathStyle: env.S3_FORCE_PATH_STYLE });
  const sqs = new SQSClient();
  const dynamodb = new DynamoDBClient();
  const secretsManager = new SecretsManagerClient();
  return {
    s3,
    sqs,
    secrets: createSecrets(secretsManager, env.CONNECTIONS_PREFIX),
    documents: DynamoDBDocumentClient.from(dynamodb),
    signDownload: (key: string) =>
      getSignedUrl(s3, new GetObjectCommand({ Bucket: env.LAKE_BUCKET, Key: key }), {
        expiresIn: downloadSeconds,
      }),
    queueUrls: {
      imports: env.QUEUE_URL_IMPORTS,
      trainings: env.QUEUE_URL_TRAININGS,
      metrics: env.QUEUE_URL_METRICS,
      'batch-predictions': env.QUEUE_URL_BATCH_PREDICTIONS,
      notifications: env.QUEUE_URL_NOTIFICATIONS,
    },
    close() {
      for (const client of [s3, sqs, dynamodb, secretsManager]) client.destroy();
    },
  };
}
