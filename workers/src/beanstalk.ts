import { once } from 'node:events';
import { createServer } from 'node:http';
import { port } from '@foretell/core/node/environment';
import { loadConfig } from '@foretell/core/node/load-config';
import { createLogger } from '@foretell/core/node/logger';
import { runProcess, type Running } from '@foretell/core/node/run-process';
import { z } from 'zod';
import { composeWorkers } from './compose.ts';
import { workersEnvironment } from './env.ts';
import { giveUpMessage } from './jobs/give-up-job.ts';
import { createBeanstalkDoor } from './runtime/beanstalk-door.ts';
import { keepHeapSmall } from './runtime/keep-heap-small.ts';

/** The workers as Elastic Beanstalk runs them: messages are posted by its daemon, not asked for. */
const logger = createLogger('workers', process.env['LOG_LEVEL'] ?? 'info');
const doorEnvironment = z.object({ HOST: z.string().default('0.0.0.0'), PORT: port.default(4002) });
const graceMs = 15_000;

async function start(): Promise<Running> {
  keepHeapSmall();
  const config = loadConfig(workersEnvironment, process.env);
  const { HOST, PORT } = loadConfig(doorEnvironment, process.env);
  const parts = await composeWorkers(config);
  const draining = new AbortController();
  const { sqs, queueUrls, handlers } = parts;
  const onGivenUp = (message: Parameters<typeof giveUpMessage>[1]) => giveUpMessage(parts, message);
  const door = createBeanstalkDoor({ sqs, queueUrls, handlers, logger, onGivenUp, signal: draining.signal });
  // Trainings take as long as they take: sqsd's own InactivityTimeout is what ends a request.
  const server = createServer({ requestTimeout: 0 }, door).listen(PORT, HOST);
  await once(server, 'listening');
  logger.info({ address: server.address() }, 'listening to sqsd');
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => draining.abort(), graceMs);
      await closed;
      clearTimeout(timer);
      await parts.close();
    },
  };
}

await runProcess(logger, start);
