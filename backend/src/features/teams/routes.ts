import { team, teamRequest } from '@foretell/core/contracts/control-api/members';
import { page, pageQuery } from '@foretell/core/contracts/control-api/pages';
import { id } from '@foretell/core/contracts/primitives';
import { route, type Route } from '../../http/route.ts';
import { byId } from '../path-params.ts';
import type { TeamService } from './service.ts';

const tag = 'teams';
const byIdAndUser = byId.extend({ user: id });

export function teamRoutes(service: TeamService): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/teams',
      operationId: 'listTeams',
      summary: 'The teams of the workspace',
      tag,
      access: 'viewer',
      query: pageQuery,
      success: { status: 200, description: 'One page', body: page(team) },
      handle: ({ caller, query }) => service.list(caller, query),
    }),
    route({
      method: 'post',
      path: '/api/teams',
      operationId: 'createTeam',
      summary: 'Make a team',
      tag,
      access: 'owner',
      body: teamRequest,
      success: { status: 201, description: 'Made', body: team },
      problems: [409],
      handle: ({ caller, body }) => service.create(caller, body.name),
    }),
    route({
      method: 'delete',
      path: '/api/teams/{id}',
      operationId: 'removeTeam',
      summary: 'Remove a team; its members stay in the workspace',
      tag,
      access: 'owner',
      params: byId,
      success: { status: 204, description: 'Removed' },
      handle: ({ caller, params }) => service.remove(caller, params.id),
    }),
    route({
      method: 'put',
      path: '/api/teams/{id}/members/{user}',
      operationId: 'addTeamMember',
      summary: 'Put a member into a team',
      tag,
      access: 'owner',
      params: byIdAndUser,
      success: { status: 204, description: 'In the team' },
      handle: ({ caller, params }) => service.addMember(caller, params.id, params.user),
    }),
    route({
      method: 'delete',
      path: '/api/teams/{id}/members/{user}',
      operationId: 'removeTeamMember',
      summary: 'Take a member out of a team',
      tag,
      access: 'owner',
      params: byIdAndUser,
      success: { status: 204, description: 'Out of the team' },
      handle: ({ caller, params }) => service.removeMember(caller, params.id, params.user),
    }),
  ];
}
