import { loadConfig } from '@foretell/core/node/load-config';
import { createLogger } from '@foretell/core/node/logger';
import { runProcess, type Running } from '@foretell/core/node/run-process';
import { composeWorkers } from './compose.ts';
import { workersEnvironment } from './env.ts';
import { failGivenUpJob } from './jobs/fail-given-up-job.ts';
import { startWorkers } from './runtime/start-workers.ts';

const logger = createLogger('workers', process.env['LOG_LEVEL'] ?? 'info');

async function start(): Promise<Running> {
  const config = loadConfig(workersEnvironment, process.env);
  const parts = await composeWorkers(config);
  const workers = startWorkers({
    sqs: parts.sqs,
    queueUrls: parts.queueUrls,
    handlers: parts.handlers,
    logger,
    concurrency: config.CONCURRENCY,
    visibilitySeconds: config.VISIBILITY_SECONDS,
    onGivenUp: (message) => failGivenUpJob(parts, message),
  });
  logger.info('listening to the queues');
  return {
    async close() {
      await workers.close();
      await parts.close();
    },
  };
}

await runProcess(logger, start);
