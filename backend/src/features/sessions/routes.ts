import {
  sessionRequest,
  sessionResponse,
  signupRequest,
} from '@foretell/core/contracts/control-api/accounts';
import { route, type Route } from '../../http/route.ts';
import type { SessionService } from './service.ts';

export function sessionRoutes(service: SessionService): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/signup',
      operationId: 'signUp',
      summary: 'Make an account with a workspace of its own, or join one by invitation',
      tag: 'sessions',
      access: 'public',
      body: signupRequest,
      success: { status: 201, description: 'Signed up and in', body: sessionResponse },
      problems: [409],
      handle: ({ body }) => service.signUp(body),
    }),
    route({
      method: 'post',
      path: '/api/sessions',
      operationId: 'signIn',
      summary: 'Sign in',
      tag: 'sessions',
      access: 'public',
      body: sessionRequest,
      success: { status: 201, description: 'Signed in', body: sessionResponse },
      problems: [401, 403, 429],
      handle: ({ body }) => service.signIn(body),
    }),
    route({
      method: 'delete',
      path: '/api/sessions/current',
      operationId: 'signOut',
      summary: 'Sign out: the token is worth nothing afterwards',
      tag: 'sessions',
      access: 'viewer',
      success: { status: 204, description: 'Signed out' },
      handle: ({ caller }) => service.signOut(caller),
    }),
  ];
}
