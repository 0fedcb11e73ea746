import { createServer, type RequestListener, type Server } from 'node:http';

/** How long a load balancer keeps a connection that nothing is asked on. */
const balancerIdleMs = 60_000;

/** A server behind a load balancer, as the services on the web are. */
export const createHttpServer = (app: RequestListener): Server =>
  createServer(
    {
      // Longer than the load balancer does, which would otherwise ask on a connection that is being closed, and answer 502.
      keepAliveTimeout: balancerIdleMs + 15_000,
      // Of the whole request, its headers included: who sends them byte by byte is hung up on.
      requestTimeout: 30_000,
    },
    app,
  );
