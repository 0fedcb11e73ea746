import {
  invitation,
  member,
  memberAdded,
  memberChange,
  memberRequest,
} from '@foretell/core/contracts/control-api/members';
import { page, pageQuery } from '@foretell/core/contracts/control-api/pages';
import { route, type Route } from '../../http/route.ts';
import { byId } from '../path-params.ts';
import type { MemberService } from './service.ts';

const tag = 'members';

export function memberRoutes(service: MemberService): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/members',
      operationId: 'listMembers',
      summary: 'Who is in the workspace',
      tag,
      access: 'viewer',
      success: { status: 200, description: 'All members', body: page(member) },
      handle: ({ caller }) => service.list(caller),
    }),
    route({
      method: 'post',
      path: '/api/members',
      operationId: 'addMember',
      summary: 'Add somebody with an account, or invite somebody without',
      tag,
      access: 'owner',
      body: memberRequest,
      success: { status: 201, description: 'A member, or an invitation to hand over', body: memberAdded },
      problems: [409],
      handle: ({ caller, body }) => service.add(caller, body),
    }),
    route({
      method: 'patch',
      path: '/api/members/{id}',
      operationId: 'changeMember',
      summary: "Change a member's role; the id is the user's",
      tag,
      access: 'owner',
      params: byId,
      body: memberChange,
      success: { status: 200, description: 'Changed', body: member },
      problems: [409],
      handle: ({ caller, params, body }) => service.changeRole(caller, params.id, body.role),
    }),
    route({
      method: 'delete',
      path: '/api/members/{id}',
      operationId: 'removeMember',
      summary: "Remove a member and end their sessions here; the id is the user's",
      tag,
      access: 'owner',
      params: byId,
      success: { status: 204, description: 'Removed' },
      problems: [409],
      handle: ({ caller, params }) => service.remove(caller, params.id),
    }),
    route({
      method: 'get',
      path: '/api/invitations',
      operationId: 'listInvitations',
      summary: 'Invitations that are still open',
      tag,
      access: 'owner',
      query: pageQuery,
      success: { status: 200, description: 'One page', body: page(invitation) },
      handle: ({ caller, query }) => service.listInvitations(caller, query),
    }),
    route({
      method: 'delete',
      path: '/api/invitations/{id}',
      operationId: 'withdrawInvitation',
      summary: 'Withdraw an invitation',
      tag,
      access: 'owner',
      params: byId,
      success: { status: 204, description: 'Withdrawn' },
      handle: ({ caller, params }) => service.withdrawInvitation(caller, params.id),
    }),
  ];
}
