import { page } from '@foretell/core/contracts/control-api/pages';
import { predictionsQuery } from '@foretell/core/contracts/control-api/predictions';
import { predictionRecord } from '@foretell/core/contracts/predictions-table';
import { route, type Route } from '../../http/route.ts';
import { byId } from '../path-params.ts';
import type { PredictionService } from './service.ts';

const tag = 'predictions';

export function predictionRoutes(service: PredictionService): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/predictions',
      operationId: 'listPredictions',
      summary:
        'Predictions of a model (and entity) or of an experiment, newest first; the last 7 days unless said',
      tag,
      access: 'viewer',
      query: predictionsQuery,
      success: { status: 200, description: 'One page', body: page(predictionRecord) },
      problems: [404],
      handle: ({ caller, query }) => service.list(caller, query),
    }),
    route({
      method: 'get',
      path: '/api/predictions/{id}',
      operationId: 'getPrediction',
      summary: 'One prediction in full: request, feature vector, group, result',
      tag,
      access: 'viewer',
      params: byId,
      success: { status: 200, description: 'The prediction', body: predictionRecord },
      handle: ({ caller, params }) => service.get(caller, params.id),
    }),
  ];
}
