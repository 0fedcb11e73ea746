import type { Role } from '@foretell/core/contracts/control-api/accounts';
import type { Operation } from '@foretell/core/contracts/openapi/operation';
import type { Request, Response } from 'express';
import type { z } from 'zod';

/** Who calls: a signed-in user, in the workspace of the session. */
export interface Caller {
  session: string;
  user: { id: string; email: string; createdAt: string };
  workspace: string;
  role: Role;
}

interface Input<P, Q, B> {
  params: P;
  query: Q;
  body: B;
  caller: Caller;
}

interface RouteSpec<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType> {
  method: Operation['method'];
  path: string;
  operationId: string;
  summary: string;
  tag: string;
  /** The least role that may call it, or `public`: no session. */
  access: Role | 'public';
  params?: P;
  query?: Q;
  body?: B;
  success: { status: number; description: string; body?: R; contentType?: string };
  problems?: readonly number[];
  /** The answer's body. A public route gets no caller. */
  handle: (input: Input<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<R>>;
}

/** A route that writes its response itself (a stream, a file). */
interface StreamSpec extends Omit<
  RouteSpec<z.ZodObject, z.ZodObject, z.ZodType, z.ZodType>,
  'handle' | 'body'
> {
  stream: (caller: Caller, request: Request, response: Response) => Promise<void>;
}

/** A route as the server mounts it and the OpenAPI document shows it: declared once, so the two cannot part. */
export interface Route extends Operation {
  access: Role | 'public';
  handle?: (input: Input<unknown, unknown, unknown>) => Promise<unknown>;
  stream?: StreamSpec['stream'];
}

const operationOf = (spec: Pick<Route, 'access'>) => (spec.access === 'public' ? 'none' : 'bearer');

export function route<
  P extends z.ZodObject = z.ZodObject,
  Q extends z.ZodObject = z.ZodObject,
  B extends z.ZodType = z.ZodUndefined,
  R extends z.ZodType = z.ZodVoid,
>(spec: RouteSpec<P, Q, B, R>): Route {
  const { handle, success, ...operation } = spec;
  return {
    ...operation,
    auth: operationOf(spec),
    success: [success],
    // The server calls it with what these very schemas made of the request.
    handle: handle as NonNullable<Route['handle']>,
  };
}

export function streamRoute(spec: StreamSpec): Route {
  const { success, ...operation } = spec;
  return { ...operation, auth: operationOf(spec), success: [success] };
}
