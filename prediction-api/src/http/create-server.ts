import { createServer, IncomingMessage, ServerResponse, type Server } from 'node:http';
import type { Express } from 'express';

/**
 * An HTTP server whose requests and responses are born with Express's prototypes. Express sets them on every request;
 * set on an object of another shape, they make it survive young collections and cost several times the CPU (ADR 0009).
 */
export function createExpressServer(app: Express): Server {
  return createServer(
    {
      IncomingMessage: bornWith(IncomingMessage, app.request),
      ServerResponse: bornWith(ServerResponse, app.response),
      // Load balancers keep idle connections for 60 s: longer than they do, so that they never reuse a closed one.
      keepAliveTimeout: 75_000,
      requestTimeout: 30_000,
    },
    app,
  );
}

function bornWith<C extends typeof IncomingMessage | typeof ServerResponse>(base: C, prototype: object): C {
  function Born(...args: unknown[]): object {
    return Reflect.construct(base, args, Born) as object;
  }
  Born.prototype = prototype;
  return Born as unknown as C;
}
