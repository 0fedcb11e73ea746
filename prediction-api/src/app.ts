import type { RequestListener } from 'node:http';
import { expressPath } from '@foretell/core/contracts/openapi/operation';
import { publicOperations } from '@foretell/core/contracts/openapi/public-operations';
import { DomainError } from '@foretell/core/domain/errors';
import type { Logger } from '@foretell/core/node/logger';
import express, { type ErrorRequestHandler } from 'express';
import { createGate } from './access/admit.ts';
import { createRateLimiter } from './access/rate-limiter.ts';
import type { AssignmentSender } from './assignments/assignment-sender.ts';
import { createDocumentRoutes } from './docs/document-routes.ts';
import { createAnswerError, noSuchRoute } from './http/handle-errors.ts';
import { createBatchRoute, createRecordsRoute } from './ingest/ingest-routes.ts';
import type { Ingest } from './ingest/ingest.ts';
import type { ManifestStore } from './model-store/manifest-store.ts';
import { createReadinessRoute, healthRoute } from './operation-routes.ts';
import type { Idempotency } from './predict/idempotency.ts';
import { createPredictBatchRoute } from './predict/predict-batch-route.ts';
import { createPredictRoute } from './predict/predict-route.ts';
import type { ItemWriter } from './prediction-log/item-writer.ts';

export interface AppDependencies {
  manifests: ManifestStore;
  writer: ItemWriter;
  assignments: AssignmentSender;
  idempotency: Idempotency;
  ingest: Ingest;
  logger: Logger;
  draining: () => boolean;
  ttlDays: number;
  now: () => number;
}

const maxBodyBytes = 1024 ** 2;
const { predict, predictBatch, health, readiness, document, docs } = publicOperations;

/**
 * The public API. A prediction goes past Express, whose routing costs as much as the model (ADR 0025): what stands before
 * it, every prediction pays for.
 */
export function createApp(deps: AppDependencies): RequestListener {
  const { manifests, logger, now } = deps;
  const state = () => {
    const current = manifests.current();
    if (current) return current;
    throw new DomainError('unavailable', 'No manifest has been loaded yet.', { retryAfterSeconds: 1 });
  };
  const gate = createGate(() => state().apiKeys, createRateLimiter(), now);
  const routes = { ...deps, state, gate, maxBodyBytes };
  const predictOne = createPredictRoute(routes);
  const answerError = createAnswerError(logger);
  const documents = createDocumentRoutes('1');
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.post(expressPath(predict), (request, response) => predictOne(request, response));
  app.post(expressPath(predictBatch), createPredictBatchRoute(routes, logger));
  app.post('/v1/datasets/:dataset/records', createRecordsRoute(routes));
  app.get('/v1/batches/:batch_id', createBatchRoute(routes));
  app.get(expressPath(health), healthRoute);
  app.get(expressPath(readiness), createReadinessRoute(manifests, deps.draining, now));
  app.get(expressPath(document), documents.document);
  app.get(expressPath(docs), documents.docs);
  app.use(noSuchRoute);
  app.use(((error, request, response, _next) =>
    answerError(error, request, response)) as ErrorRequestHandler);
  return (request, response) => {
    if (request.url !== predict.path || request.method !== 'POST') app(request, response);
    else predictOne(request, response).catch((error: unknown) => answerError(error, request, response));
  };
}
