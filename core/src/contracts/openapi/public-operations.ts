import { z } from 'zod';
import { id } from '../primitives.ts';
import {
  batchPredictionRequest,
  batchPredictionResponse,
  batchStatus,
  liveness,
  predictionRequest,
  predictionResponse,
  readiness,
  recordsRequest,
  recordsResponse,
} from '../public-api.ts';
import type { Operation } from './operation.ts';

const idempotencyKey = z.object({
  'idempotency-key': z.string().min(1).max(200).optional().meta({
    description: 'The same key and body within 24 hours get the first answer again; another body a 409',
  }),
});

/** Every operation of the public API: its routes, its OpenAPI document and its tests come from here. */
export const publicOperations = {
  predict: {
    method: 'post',
    path: '/v1/predictions',
    operationId: 'predict',
    summary:
      'Predict for one entity. 200 means that the prediction is stored and can be looked up by its id.',
    tag: 'Predictions',
    auth: 'apiKey',
    headers: idempotencyKey,
    body: predictionRequest,
    success: [{ status: 200, description: 'The prediction', body: predictionResponse }],
    problems: [404, 409, 429, 503],
  },
  predictBatch: {
    method: 'post',
    path: '/v1/predictions/batch',
    operationId: 'predictBatch',
    summary: 'Predict for up to 1,000 entities with one model. Each counts as one request of the key’s rate.',
    tag: 'Predictions',
    auth: 'apiKey',
    body: batchPredictionRequest,
    success: [{ status: 200, description: 'A result an item, in order', body: batchPredictionResponse }],
    problems: [404, 429, 503],
  },
  sendRecords: {
    method: 'post',
    path: '/v1/datasets/{dataset}/records',
    operationId: 'sendRecords',
    summary:
      'Stream up to 2,000 records or 1 MB into a dataset. 202 means that the accepted ones are durable.',
    tag: 'Records',
    auth: 'apiKey',
    params: z.object({ dataset: id }),
    body: recordsRequest,
    success: [
      { status: 202, description: 'What was accepted, and why the rest was not', body: recordsResponse },
    ],
    problems: [429, 503],
  },
  getBatch: {
    method: 'get',
    path: '/v1/batches/{batch_id}',
    operationId: 'getBatch',
    summary: 'Whether the records of a batch have reached the lake. Known for 7 days.',
    tag: 'Records',
    auth: 'apiKey',
    params: z.object({ batch_id: id }),
    success: [{ status: 200, description: 'The state of the batch', body: batchStatus }],
    problems: [429, 503],
  },
  health: {
    method: 'get',
    path: '/healthz',
    operationId: 'health',
    summary: 'Whether the process is alive',
    tag: 'Operation',
    auth: 'none',
    success: [{ status: 200, description: 'It is', body: liveness }],
  },
  readiness: {
    method: 'get',
    path: '/readyz',
    operationId: 'readiness',
    summary: 'Whether models are loaded, and how fresh the manifest is',
    tag: 'Operation',
    auth: 'none',
    success: [
      { status: 200, description: 'Ready', body: readiness },
      { status: 503, description: 'Starting or draining', body: readiness },
    ],
  },
  document: {
    method: 'get',
    path: '/v1/openapi.json',
    operationId: 'publicDocument',
    summary: 'This document',
    tag: 'Operation',
    auth: 'none',
    success: [{ status: 200, description: 'OpenAPI 3.1', body: z.record(z.string(), z.unknown()) }],
  },
  docs: {
    method: 'get',
    path: '/v1/docs',
    operationId: 'publicDocs',
    summary: 'This document as a page to read',
    tag: 'Operation',
    auth: 'none',
    success: [{ status: 200, description: 'HTML', body: z.string(), contentType: 'text/html' }],
  },
} as const satisfies Record<string, Operation>;
