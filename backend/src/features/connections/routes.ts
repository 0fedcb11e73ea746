import { page, pageQuery } from '@foretell/core/contracts/control-api/pages';
import {
  connection,
  connectionChange,
  connectionRequest,
  connectionTested,
} from '@foretell/core/contracts/sources';
import { route, type Route } from '../../http/route.ts';
import { byId } from '../path-params.ts';
import type { ConnectionService } from './service.ts';

const tag = 'connections';

export function connectionRoutes(service: ConnectionService): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/connections',
      operationId: 'listConnections',
      summary: 'Sources outside Foretell, without their credentials',
      tag,
      access: 'viewer',
      query: pageQuery,
      success: { status: 200, description: 'One page', body: page(connection) },
      handle: ({ caller, query }) => service.list(caller, query),
    }),
    route({
      method: 'post',
      path: '/api/connections',
      operationId: 'createConnection',
      summary: 'Name a source outside Foretell; its credentials go to Secrets Manager and are never shown',
      tag,
      access: 'editor',
      body: connectionRequest,
      success: { status: 201, description: 'Made', body: connection },
      handle: ({ caller, body }) => service.create(caller, body),
    }),
    route({
      method: 'post',
      path: '/api/connections/tests',
      operationId: 'testConnection',
      summary: 'Try a connection to a database before it is made; nothing is kept',
      tag,
      access: 'editor',
      body: connectionRequest,
      success: { status: 200, description: 'It answers', body: connectionTested },
      problems: [429, 503],
      handle: ({ caller, body }) => service.test(caller, body),
    }),
    route({
      method: 'patch',
      path: '/api/connections/{id}',
      operationId: 'changeConnection',
      summary: 'Another name, other settings or other credentials; the next import goes by them',
      tag,
      access: 'editor',
      params: byId,
      body: connectionChange,
      success: { status: 200, description: 'Changed', body: connection },
      handle: ({ caller, params, body }) => service.change(caller, params.id, body),
    }),
    route({
      method: 'delete',
      path: '/api/connections/{id}',
      operationId: 'removeConnection',
      summary: 'Forget a source that no dataset is imported from, and its credentials',
      tag,
      access: 'editor',
      params: byId,
      success: { status: 204, description: 'Forgotten' },
      problems: [409],
      handle: ({ caller, params }) => service.remove(caller, params.id),
    }),
  ];
}
