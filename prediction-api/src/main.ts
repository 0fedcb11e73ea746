import { createHttpServer } from '@foretell/core/node/create-http-server';
import { loadConfig } from '@foretell/core/node/load-config';
import { createLogger } from '@foretell/core/node/logger';
import { runProcess, type Running } from '@foretell/core/node/run-process';
import { createApp } from './app.ts';
import { predictionApiEnvironment } from './env.ts';
import { closeServer, listen } from './serve.ts';
import { createServices } from './services.ts';

const config = loadConfig(predictionApiEnvironment, process.env);
const logger = createLogger('prediction-api', config.LOG_LEVEL);
const now = () => Date.now();

async function start(): Promise<Running> {
  const { destroyClients, ...services } = createServices(config, logger, now);
  const { manifests, writer, assignments } = services;
  let draining = false;
  const ttlDays = config.PREDICTION_TTL_DAYS;
  const app = createApp({ ...services, logger, draining: () => draining, ttlDays, now });
  const server = createHttpServer(app);
  await manifests.refresh();
  manifests.start();
  assignments.start();
  await listen(server, config.PORT, config.HOST);
  logger.info({ address: server.address() }, 'listening');
  return {
    async close() {
      draining = true;
      await closeServer(server);
      await writer.drain();
      await assignments.stop();
      await manifests.stop();
      destroyClients();
    },
  };
}

await runProcess(logger, start);
