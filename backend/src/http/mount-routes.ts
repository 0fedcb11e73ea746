import type { Role } from '@foretell/core/contracts/control-api/accounts';
import { expressPath } from '@foretell/core/contracts/openapi/operation';
import { DomainError } from '@foretell/core/domain/errors';
import { invalidInput } from '@foretell/core/node/problem';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import type { Caller, Route } from './route.ts';

/** Finds who a bearer token belongs to; throws `unauthenticated`. */
export type Authenticate = (token: string) => Promise<Caller>;

const maxBody = '1mb';
const rank: Record<Role, number> = { viewer: 0, editor: 1, owner: 2 };
const nobody = {} as Caller;

function bearerToken(request: Request): string {
  const [scheme, token] = (request.get('authorization') ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !token)
    throw new DomainError('unauthenticated', 'Send the token of a session as `Authorization: Bearer …`.');
  return token;
}

function allow(role: Role, least: Role): void {
  if (rank[role] < rank[least])
    throw new DomainError('forbidden', `This needs the role ${least}; yours is ${role}.`);
}

function parse(schema: z.ZodType | undefined, value: unknown, what: string): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) throw invalidInput(result.error, what);
  return result.data;
}

/** An id that cannot be one is an id of nothing. */
function parseParams(route: Route, params: unknown): unknown {
  const result = route.params?.safeParse(params);
  if (result?.success === false)
    throw new DomainError('not_found', 'There is nothing with this id.', { cause: result.error });
  return result?.data;
}

function answer(route: Route): RequestHandler {
  const [success] = route.success;
  return async (request: Request, response: Response) => {
    const caller = route.access === 'public' ? nobody : (response.locals['caller'] as Caller);
    if (route.stream) return route.stream(caller, request, response);
    const input = {
      params: parseParams(route, request.params),
      query: parse(route.query, request.query, 'query'),
      body: parse(route.body, request.body ?? {}, 'body'),
      caller,
    };
    const body = await route.handle?.(input);
    response.status(success?.status ?? 200);
    if (success?.body) response.json(body);
    else response.end();
  };
}

function admit(route: Route, authenticate: Authenticate): RequestHandler {
  return async (request, response, next) => {
    // Answers hold tokens, keys and what customers' rows say.
    response.set('cache-control', 'no-store');
    if (route.access !== 'public') {
      const caller = await authenticate(bearerToken(request));
      allow(caller.role, route.access);
      response.locals['caller'] = caller;
    }
    next();
  };
}

/** Nobody's body is read before the caller is known. */
export function mountRoutes(app: Express, routes: readonly Route[], authenticate: Authenticate): void {
  const readJson = express.json({ limit: maxBody, type: () => true, strict: false });
  for (const route of routes) {
    const handlers = [admit(route, authenticate), answer(route)];
    if (route.body) handlers.splice(1, 0, readJson);
    app[route.method](expressPath(route), ...handlers);
  }
}
