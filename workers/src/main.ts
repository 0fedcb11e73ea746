import { SSMClient } from '@aws-sdk/client-ssm';
import { loadConfig } from '@foretell/core/node/load-config';
import { createLogger } from '@foretell/core/node/logger';
import { runProcess, type Running } from '@foretell/core/node/run-process';
import { composeWorkers } from './compose.ts';
import { workersEnvironment } from './env.ts';
import { giveUpMessage } from './jobs/give-up-job.ts';
import { followActiveColour } from './runtime/active-colour.ts';
import { createWorkers } from './runtime/create-workers.ts';
import { keepHeapSmall } from './runtime/keep-heap-small.ts';
import { startHeartbeat } from './runtime/start-heartbeat.ts';

const logger = createLogger('workers', process.env['LOG_LEVEL'] ?? 'info');

async function start(): Promise<Running> {
  keepHeapSmall();
  const config = loadConfig(workersEnvironment, process.env);
  const parts = await composeWorkers(config);
  const heartbeat = startHeartbeat(config.WORK_DIR);
  const workers = createWorkers({
    sqs: parts.sqs,
    queueUrls: parts.queueUrls,
    sparkEventsUrl: config.QUEUE_URL_SPARK_EVENTS,
    handlers: parts.handlers,
    logger,
    concurrency: config.CONCURRENCY,
    visibilitySeconds: config.VISIBILITY_SECONDS,
    onGivenUp: (message) => giveUpMessage(parts, message),
  });
  const { ACTIVE_COLOUR_PARAMETER: parameter, COLOUR: colour } = config;
  const ssm = new SSMClient();
  const following =
    parameter !== undefined && colour !== undefined
      ? followActiveColour({
          ssm,
          parameter,
          colour,
          everyMs: 2000,
          receive: (on) => workers.receive(on),
          logger,
        })
      : null;
  if (!following) workers.receive(true);
  logger.info('listening to the queues');
  return {
    async close() {
      await following?.close();
      await workers.close();
      await parts.close();
      ssm.destroy();
      heartbeat.stop();
    },
  };
}

await runProcess(logger, start);
