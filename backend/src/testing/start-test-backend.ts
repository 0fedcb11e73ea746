import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiDocument } from '@foretell/core/contracts/openapi/api-document';
import { proposeRecipe } from '@foretell/core/domain/propose-recipe';
import { createEgress } from '@foretell/core/node/egress';
import { createLake } from '@foretell/core/node/lake';
import { loadConfig } from '@foretell/core/node/load-config';
import { createLogger } from '@foretell/core/node/logger';
import supertest from 'supertest';
import { createApp } from '../app.ts';
import { createAwsClients } from '../aws.ts';
import { openDatabase } from '../db/database.ts';
import { backendEnvironment } from '../env.ts';
import type { GatewayKeys } from '../features/api-keys/gateway-keys.ts';
import { createTryConnection } from '../features/connections/try-connection.ts';
import { createPredictionStore } from '../features/predictions/store.ts';
import { createMultipartStore } from '../features/uploads/multipart-store.ts';
import { createUploadSigner } from '../features/uploads/service.ts';
import { closeServer } from '../http/close-server.ts';
import { createApiClient } from './api-client.ts';

async function writeDashboard(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'foretell-dashboard-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Foretell</title>');
  await writeFile(join(folder, 'assets/index-abc123.js'), 'export {};');
  return folder;
}

/** The whole backend but its relay, on a migrated database and a real (local) AWS, with a client that checks every answer. */
export async function startTestBackend(
  environment: Record<string, string>,
  databaseUrl: string,
  inPlace: { gatewayKeys?: GatewayKeys } = {},
) {
  Object.assign(process.env, environment);
  const dashboardDir = await writeDashboard();
  const env = loadConfig(backendEnvironment, {
    ...environment,
    DATABASE_URL: databaseUrl,
    DASHBOARD_DIR: dashboardDir,
    PUBLIC_API_URL: 'http://127.0.0.1:4001',
  });
  const aws = createAwsClients(env);
  const database = await openDatabase(env.DATABASE_URL);
  await database.migrate();
  const lake = createLake(aws.s3, env.LAKE_BUCKET);
  const uploads = createUploadSigner(env.LAKE_BUCKET, env.S3_FORCE_PATH_STYLE);
  const logger = createLogger('backend', 'error');
  const { app, routes } = createApp({
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
    gatewayKeys: inPlace.gatewayKeys ?? aws.gatewayKeys,
    allowedHosts: env.EGRESS_ALLOWED_HOSTS,
    tryConnection: createTryConnection({
      egress: createEgress({ allowedHosts: env.EGRESS_ALLOWED_HOSTS, proxyUrl: env.EGRESS_PROXY_URL }),
      redshift: aws.redshift,
      secrets: aws.secrets,
      bucket: env.LAKE_BUCKET,
    }),
    dashboardDir,
    publicUrl: env.PUBLIC_API_URL,
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const document = (await supertest(server).get('/api/openapi.json')).body as ApiDocument;
  return {
    env,
    aws,
    database,
    lake,
    logger,
    server,
    routes,
    document,
    client: createApiClient(server, document, routes),
    async stop() {
      server.closeAllConnections();
      await closeServer(server);
      await database.close();
      aws.close();
      await rm(dashboardDir, { recursive: true, force: true });
    },
  };
}
export type TestBackend = Awaited<ReturnType<typeof startTestBackend>>;
