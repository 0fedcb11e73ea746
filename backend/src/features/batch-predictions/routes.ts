import { page, pageQuery } from '@foretell/core/contracts/control-api/pages';
import { batchPrediction, batchPredictionJobRequest } from '@foretell/core/contracts/control-api/predictions';
import { route, type Route } from '../../http/route.ts';
import { byId } from '../path-params.ts';
import type { BatchPredictionService } from './service.ts';

const tag = 'predictions';

export function batchPredictionRoutes(service: BatchPredictionService): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/models/{id}/batch-predictions',
      operationId: 'listBatchPredictions',
      summary: 'The batch predictions of a model',
      tag,
      access: 'viewer',
      params: byId,
      query: pageQuery,
      success: { status: 200, description: 'One page', body: page(batchPrediction) },
      handle: ({ caller, params, query }) => service.list(caller, params.id, query),
    }),
    route({
      method: 'post',
      path: '/api/models/{id}/batch-predictions',
      operationId: 'startBatchPrediction',
      summary: 'Predict for every row of a feature set, to a Parquet file',
      tag,
      access: 'editor',
      params: byId,
      body: batchPredictionJobRequest,
      success: { status: 202, description: 'The job predicts them', body: batchPrediction },
      problems: [409],
      handle: ({ caller, params, body }) => service.start(caller, params.id, body),
    }),
  ];
}
