import { once } from 'node:events';
import { proposeRecipe } from '@foretell/core/domain/propose-recipe';
import { createHttpServer } from '@foretell/core/node/create-http-server';
import { createEgress } from '@foretell/core/node/egress';
import { createLake } from '@foretell/core/node/lake';
import { loadConfig } from '@foretell/core/node/load-config';
import { createLogger } from '@foretell/core/node/logger';
import { runProcess, type Running } from '@foretell/core/node/run-process';
import { createApp } from './app.ts';
import { createAwsClients } from './aws.ts';
import { openDatabase } from './db/database.ts';
import { backendEnvironment } from './env.ts';
import { createTryConnection } from './features/connections/try-connection.ts';
import { createPredictionStore } from './features/predictions/store.ts';
import { createMultipartStore } from './features/uploads/multipart-store.ts';
import { createUploadSigner } from './features/uploads/service.ts';
import { closeServer } from './http/close-server.ts';
import { startRelay } from './relay/start-relay.ts';

const logger = createLogger('backend', process.env['LOG_LEVEL'] ?? 'info');

async function start(): Promise<Running> {
  const env = loadConfig(backendEnvironment, process.env);
  const aws = createAwsClients(env);
  const database = await openDatabase(env.DATABASE_URL, env.DATABASE_PASSWORD);
  const lake = createLake(aws.s3, env.LAKE_BUCKET);
  const uploads = createUploadSigner(env.LAKE_BUCKET, env.S3_FORCE_PATH_STYLE);
  const { app } = createApp({
    logger,
    database,
    lake,
    predictions: createPredictionStore(aws.documents, env.PREDICTIONS_TABLE),
    proposeRecipe,
    uploads,
    multipart: createMultipartStore(env.LAKE_BUCKET, env.S3_FORCE_PATH_STYLE),
    uploadOrigin: await uploads.origin(),
    signDownload: aws.signDownload,
    secrets: aws.secrets,
    gatewayKeys: aws.gatewayKeys,
    allowedHosts: env.EGRESS_ALLOWED_HOSTS,
    tryConnection: createTryConnection({
      egress: createEgress({ allowedHosts: env.EGRESS_ALLOWED_HOSTS, proxyUrl: env.EGRESS_PROXY_URL }),
      redshift: aws.redshift,
      secrets: aws.secrets,
      bucket: env.LAKE_BUCKET,
    }),
    dashboardDir: env.DASHBOARD_DIR,
    publicUrl: env.PUBLIC_API_URL,
  });
  const stopRelay = await startRelay({ logger, database, lake, ...aws, jobsAtOnce: env.JOBS_AT_ONCE });
  const server = createHttpServer(app).listen(env.PORT, env.HOST);
  await once(server, 'listening');
  logger.info({ address: server.address() }, 'listening');
  return {
    async close() {
      await closeServer(server);
      await stopRelay();
      await database.close();
      aws.close();
    },
  };
}

await runProcess(logger, start);
