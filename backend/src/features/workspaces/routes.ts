import {
  me,
  sessionResponse,
  workspace,
  workspaceRequest,
} from '@foretell/core/contracts/control-api/accounts';
import { page } from '@foretell/core/contracts/control-api/pages';
import { route, type Route } from '../../http/route.ts';
import { byId } from '../path-params.ts';
import { shownUser, type SessionService } from '../sessions/service.ts';

export function workspaceRoutes(service: SessionService, publicUrl: string): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/me',
      operationId: 'getMe',
      summary: 'Who is signed in, and where',
      tag: 'workspaces',
      access: 'viewer',
      success: {
        status: 200,
        description: 'The user, the workspace of the session, and all of theirs',
        body: me,
      },
      handle: async ({ caller }) => ({
        user: shownUser(caller.user),
        workspace: await service.placeIn(caller.user.id, caller.workspace),
        workspaces: await service.workspacesOf(caller.user.id),
        publicUrl,
      }),
    }),
    route({
      method: 'get',
      path: '/api/workspaces',
      operationId: 'listWorkspaces',
      summary: 'The workspaces of the user',
      tag: 'workspaces',
      access: 'viewer',
      success: { status: 200, description: 'All of them, the first joined first', body: page(workspace) },
      handle: async ({ caller }) => ({
        items: await service.workspacesOf(caller.user.id),
        nextCursor: null,
      }),
    }),
    route({
      method: 'post',
      path: '/api/workspaces',
      operationId: 'createWorkspace',
      summary: 'Make another workspace',
      tag: 'workspaces',
      access: 'viewer',
      body: workspaceRequest,
      success: { status: 201, description: 'Made; its owner is the caller', body: workspace },
      handle: ({ caller, body }) => service.createWorkspace(caller, body.name),
    }),
    route({
      method: 'post',
      path: '/api/workspaces/{id}/sessions',
      operationId: 'switchWorkspace',
      summary: 'A session in another workspace of the user',
      tag: 'workspaces',
      access: 'viewer',
      params: byId,
      success: { status: 201, description: 'A token for that workspace', body: sessionResponse },
      handle: ({ caller, params }) => service.switchTo(caller, params.id),
    }),
  ];
}
