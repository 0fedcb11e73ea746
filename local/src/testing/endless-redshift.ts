import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createOperations } from '../redshift-data/operations.ts';
import { createRedshiftDataRoutes } from '../redshift-data/redshift-data-routes.ts';
import { createStatementStore, type Statement } from '../redshift-data/statement-store.ts';
import type { Work } from '../redshift-data/warehouse-engine.ts';

export interface EndlessRedshift {
  endpoint: string;
  /** Newest first. */
  statements(): Statement[];
  stop(): Promise<void>;
}

/** The stand-in's Data API over statements that go on until somebody cancels them. */
export async function startEndlessRedshift(): Promise<EndlessRedshift> {
  const store = createStatementStore({
    transaction: ({ signal }: Work) =>
      new Promise((_, reject) => {
        const cancel = () => reject(new Error('Query cancelled on user request'));
        signal.addEventListener('abort', cancel);
        if (signal.aborted) cancel();
      }),
    close: () => Promise.resolve(),
  });
  const login = () => Promise.resolve({ username: 'reader', password: 'any' });
  const app = express().use(createRedshiftDataRoutes(createOperations(store, login)));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    statements: () => store.list(),
    async stop() {
      for (const { id } of store.list()) store.cancel(id);
      await store.idle();
      server.closeAllConnections();
      server.close();
    },
  };
}
