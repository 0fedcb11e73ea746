import { job } from '@foretell/core/contracts/control-api/jobs';
import { page, pageQuery } from '@foretell/core/contracts/control-api/pages';
import { training, trainingRequest } from '@foretell/core/contracts/control-api/trainings';
import { route, type Route } from '../../http/route.ts';
import { byId } from '../path-params.ts';
import type { TrainingService } from './service.ts';

const tag = 'models';

export function trainingRoutes(service: TrainingService): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/models/{id}/trainings',
      operationId: 'listTrainings',
      summary: 'The trainings of a model, each with its job',
      tag,
      access: 'viewer',
      params: byId,
      query: pageQuery,
      success: { status: 200, description: 'One page', body: page(training) },
      handle: ({ caller, params, query }) => service.list(caller, params.id, query),
    }),
    route({
      method: 'post',
      path: '/api/models/{id}/trainings',
      operationId: 'startTraining',
      summary: 'Build the training set and train a new version',
      tag,
      access: 'editor',
      params: byId,
      body: trainingRequest,
      success: { status: 202, description: 'The job trains it', body: training },
      handle: ({ caller, params, body }) => service.start(caller, params.id, body),
    }),
    route({
      method: 'post',
      path: '/api/models/{id}/online-features',
      operationId: 'publishOnlineFeatures',
      summary:
        "Publish the online feature values of the deployed version anew, from the dataset's newest data",
      tag,
      access: 'editor',
      params: byId,
      success: { status: 202, description: 'The job publishes them', body: job },
      problems: [409],
      handle: ({ caller, params }) => service.publishOnlineFeatures(caller, params.id),
    }),
  ];
}
