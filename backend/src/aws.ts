import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { z } from 'zod';
import type { backendEnvironment } from './env.ts';
import { createGatewayKeys } from './features/api-keys/gateway-keys.ts';
import { createSecrets } from './features/connections/secrets.ts';

const downloadSeconds = 3600;
/** A person waits for these calls; without the last option the SDK would only warn of a late one. */
const gatewayTimes = { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true };

/** The AWS clients of the process. Where AWS is, and who asks, the SDK reads from its own environment. */
export function createAwsClients(env: z.output<typeof backendEnvironment>) {
  const s3 = new S3Client({ forcePathStyle: env.S3_FORCE_PATH_STYLE });
  const sqs = new SQSClient();
  const dynamodb = new DynamoDBClient();
  const secretsManager = new SecretsManagerClient();
  const redshift = new RedshiftDataClient();
  const apiGateway = new APIGatewayClient({ requestHandler: gatewayTimes });
  return {
    s3,
    sqs,
    redshift,
    secrets: createSecrets(secretsManager, env.CONNECTIONS_PREFIX),
    gatewayKeys: createGatewayKeys(apiGateway, env.USAGE_PLAN),
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
      for (const client of [s3, sqs, dynamodb, redshift, secretsManager, apiGateway]) client.destroy();
    },
  };
}
