import { model, modelRequest, modelVersion } from '@foretell/core/contracts/control-api/models';
import { page, pageQuery } from '@foretell/core/contracts/control-api/pages';
import { route, type Route } from '../../http/route.ts';
import { byId, byIdAndNumber } from '../path-params.ts';
import type { ModelService } from './service.ts';

const tag = 'models';

export function modelRoutes(service: ModelService): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/models',
      operationId: 'listModels',
      summary: 'The models of the workspace',
      tag,
      access: 'viewer',
      query: pageQuery,
      success: { status: 200, description: 'One page', body: page(model) },
      handle: ({ caller, query }) => service.list(caller, query),
    }),
    route({
      method: 'post',
      path: '/api/models',
      operationId: 'createModel',
      summary: 'Say what to predict: by a question, from which the recipe is proposed, or by a whole recipe',
      tag,
      access: 'editor',
      body: modelRequest,
      success: { status: 201, description: 'Made; train it next', body: model },
      problems: [404],
      handle: ({ caller, body }) => service.create(caller, body),
    }),
    route({
      method: 'get',
      path: '/api/models/{id}',
      operationId: 'getModel',
      summary: 'One model with its recipe',
      tag,
      access: 'viewer',
      params: byId,
      success: { status: 200, description: 'The model', body: model },
      handle: ({ caller, params }) => service.get(caller, params.id),
    }),
    route({
      method: 'delete',
      path: '/api/models/{id}',
      operationId: 'deleteModel',
      summary:
        'Delete a model that is not deployed, with its versions; predictions it made stay until they expire',
      tag,
      access: 'editor',
      params: byId,
      success: { status: 204, description: 'Deleted; what it is in the lake follows' },
      problems: [409],
      handle: ({ caller, params }) => service.remove(caller, params.id),
    }),
    route({
      method: 'get',
      path: '/api/models/{id}/versions',
      operationId: 'listModelVersions',
      summary: 'The trained versions of a model',
      tag,
      access: 'viewer',
      params: byId,
      query: pageQuery,
      success: { status: 200, description: 'One page', body: page(modelVersion) },
      handle: ({ caller, params, query }) => service.listVersions(caller, params.id, query),
    }),
    route({
      method: 'get',
      path: '/api/models/{id}/versions/{n}',
      operationId: 'getModelVersion',
      summary: 'One version: its metrics, what the plots draw, importances and model card',
      tag,
      access: 'viewer',
      params: byIdAndNumber,
      success: { status: 200, description: 'The version', body: modelVersion },
      handle: ({ caller, params }) => service.getVersion(caller, params.id, params.n),
    }),
  ];
}
