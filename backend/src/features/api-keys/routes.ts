import {
  apiKey,
  apiKeyCreated,
  apiKeyRequest,
  rotationRequest,
} from '@foretell/core/contracts/control-api/api-keys';
import { page, pageQuery } from '@foretell/core/contracts/control-api/pages';
import { route, type Route } from '../../http/route.ts';
import { byId } from '../path-params.ts';
import type { ApiKeyService } from './service.ts';

const tag = 'api-keys';

export function apiKeyRoutes(service: ApiKeyService): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/api-keys',
      operationId: 'listApiKeys',
      summary: 'Keys of the public API that are not revoked',
      tag,
      access: 'viewer',
      query: pageQuery,
      success: { status: 200, description: 'One page', body: page(apiKey) },
      handle: ({ caller, query }) => service.list(caller, query),
    }),
    route({
      method: 'post',
      path: '/api/api-keys',
      operationId: 'createApiKey',
      summary: 'Make a key: it is shown this once',
      tag,
      access: 'editor',
      body: apiKeyRequest,
      success: { status: 201, description: 'Made', body: apiKeyCreated },
      problems: [409, 503],
      handle: ({ caller, body }) => service.create(caller, body),
    }),
    route({
      method: 'post',
      path: '/api/api-keys/{id}/rotations',
      operationId: 'rotateApiKey',
      summary: 'Make a key in the place of another, which goes on working for the overlap',
      tag,
      access: 'editor',
      params: byId,
      body: rotationRequest,
      success: { status: 201, description: 'The new key, shown this once', body: apiKeyCreated },
      problems: [409, 503],
      handle: ({ caller, params, body }) => service.rotate(caller, params.id, body.overlapHours),
    }),
    route({
      method: 'delete',
      path: '/api/api-keys/{id}',
      operationId: 'revokeApiKey',
      summary: 'Revoke a key at once',
      tag,
      access: 'editor',
      params: byId,
      success: { status: 204, description: 'Revoked' },
      handle: ({ caller, params }) => service.revoke(caller, params.id),
    }),
  ];
}
