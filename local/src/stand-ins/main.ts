import { once } from 'node:events';
import { createServer } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { loadConfig } from '@foretell/core/node/load-config';
import { createLogger } from '@foretell/core/node/logger';
import { runProcess } from '@foretell/core/node/run-process';
import express from 'express';
import { createServerlessRoutes, serverlessEvent } from '../emr/serverless-routes.ts';
import { createSparkProcesses } from '../emr/spark-processes.ts';
import { createInboxRoutes } from '../inbox/inbox-routes.ts';
import { createLambdaRoutes } from '../lambda/lambda-routes.ts';
import { readLogin } from '../redshift-data/login.ts';
import { createOperations } from '../redshift-data/operations.ts';
import { createRedshiftDataRoutes } from '../redshift-data/redshift-data-routes.ts';
import { createStatementStore } from '../redshift-data/statement-store.ts';
import { openWarehouseEngine } from '../redshift-data/warehouse-engine.ts';
import { standInsEnvironment } from './env.ts';

/** Stands in for the AWS APIs that ministack lacks or cannot run as we need: Redshift's Data API, Lambda's Invoke, EMR Serverless. */
const config = loadConfig(standInsEnvironment, process.env);
const logger = createLogger('stand-ins', config.LOG_LEVEL);

await runProcess(logger, async () => {
  const s3 = new S3Client({ forcePathStyle: true });
  const engine = await openWarehouseEngine(config.WAREHOUSE_DIR, s3);
  const statements = createStatementStore(engine);
  const environment = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const functions = new Map([
    [
      config.SAMPLE_FUNCTION,
      { entry: config.SAMPLE_FUNCTION_ENTRY, environment, timeoutMs: config.FUNCTION_TIMEOUT_MS },
    ],
  ]);
  const sqs = new SQSClient();
  const secrets = new SecretsManagerClient();
  const spark = createSparkProcesses({
    s3,
    sqs,
    eventsUrl: config.QUEUE_URL_SPARK_EVENTS,
    eventOf: serverlessEvent(config.SPARK_ID),
    endpoint: config.AWS_ENDPOINT_URL,
    accessKeyId: config.AWS_ACCESS_KEY_ID,
    secretAccessKey: config.AWS_SECRET_ACCESS_KEY,
  });
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_, response) => void response.json({ ok: true }));
  app.use(createRedshiftDataRoutes(createOperations(statements, (name) => readLogin(secrets, name))));
  app.use(createLambdaRoutes(functions));
  app.use(createServerlessRoutes(config.SPARK_ID, spark));
  app.use(createInboxRoutes(config.AWS_ENDPOINT_URL));
  const server = createServer(app).listen(config.PORT, '127.0.0.1');
  await once(server, 'listening');
  logger.info({ port: config.PORT }, 'listening');
  return {
    async close() {
      server.close();
      server.closeIdleConnections();
      await spark.close();
      await statements.idle();
      await engine.close();
    },
  };
});
