import { deployment, deploymentRequest } from '@foretell/core/contracts/control-api/models';
import { page, pageQuery } from '@foretell/core/contracts/control-api/pages';
import { route, type Route } from '../../http/route.ts';
import { byId } from '../path-params.ts';
import type { DeploymentService } from './service.ts';

const tag = 'deployments';

export function deploymentRoutes(service: DeploymentService): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/models/{id}/deployments',
      operationId: 'listDeployments',
      summary: 'What was deployed of a model, and what is',
      tag,
      access: 'viewer',
      params: byId,
      query: pageQuery,
      success: { status: 200, description: 'One page', body: page(deployment) },
      handle: ({ caller, params, query }) => service.list(caller, params.id, query),
    }),
    route({
      method: 'post',
      path: '/api/models/{id}/deployments',
      operationId: 'deploy',
      summary: 'Serve a version, with an experiment or without; it takes the place of the one before',
      tag,
      access: 'editor',
      params: byId,
      body: deploymentRequest,
      success: { status: 201, description: 'Served within about a second', body: deployment },
      handle: ({ caller, params, body }) => service.create(caller, params.id, body),
    }),
    route({
      method: 'delete',
      path: '/api/models/{id}/deployments/current',
      operationId: 'endDeployment',
      summary: 'Take a model out of service',
      tag,
      access: 'editor',
      params: byId,
      success: { status: 204, description: 'Out of service within about a second' },
      handle: ({ caller, params }) => service.end(caller, params.id),
    }),
  ];
}
