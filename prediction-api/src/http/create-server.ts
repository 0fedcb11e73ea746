import { createServer, type RequestListener, type Server } from 'node:http';

export const createHttpServer = (app: RequestListener): Server =>
  createServer(
    {
      // Load balancers keep idle connections for 60 s: longer than they do, so that they never reuse a closed one.
      keepAliveTimeout: 75_000,
      requestTimeout: 30_000,
    },
    app,
  );
