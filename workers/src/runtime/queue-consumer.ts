import { setTimeout as delay } from 'node:timers/promises';
import type { Message as SqsMessage, SQSClient } from '@aws-sdk/client-sqs';
import { Consumer } from 'sqs-consumer';
import { createDeadLetters } from './dead-letters.ts';
import { handleDelivery, type DeliveryDeps, type DeliveryRules } from './handle-delivery.ts';

export interface QueueOptions extends DeliveryRules {
  url: string;
  /** Messages asked for at once and handled side by side, 1 to 10. The next are asked for when all are done. */
  batchSize: number;
  /** A poll waits so long for a message, and a drain for the poll: given up, it could take a message with it. */
  waitSeconds: number;
  /** How long a message stays hidden after its worker died, in seconds; extended every third of it while it is handled. */
  visibilitySeconds: number;
}

export interface ConsumerDeps extends DeliveryDeps {
  sqs: SQSClient;
}

export interface QueueConsumer {
  /** Off: asks for no more messages while those taken finish. On again: at the first call after the last poll ended. */
  receive(on: boolean): void;
  /** Takes no more messages and waits for those taken; after `graceMs` their handlers' signal aborts. */
  close(graceMs: number): Promise<void>;
}

/** Between polls while SQS is down. */
const pauseAfterErrorMs = 1000;

const receivesOf = (message: SqsMessage) => Number(message.Attributes?.ApproximateReceiveCount ?? 1);

/** Gives each message of a queue to its handler, once it receives; see `Handler` for what becomes of it. */
export function createQueueConsumer(queue: QueueOptions, deps: ConsumerDeps): QueueConsumer {
  const { sqs } = deps;
  const logger = deps.logger.child({ queue: queue.url.split('/').at(-1) });
  const sendToDeadLetters = createDeadLetters(sqs, queue.url);
  const draining = new AbortController();
  const backOffs = new WeakMap<SqsMessage, number>();

  /** True when the message is done with, in whichever way. */
  async function handle(raw: SqsMessage): Promise<boolean> {
    const delivery = {
      body: raw.Body ?? '',
      receives: receivesOf(raw),
      toDeadLetters: (code: string, reason: string) => sendToDeadLetters(raw, code, reason),
    };
    const delivered = await handleDelivery(delivery, queue, { ...deps, logger }, draining.signal);
    if (delivered.kind !== 'again') return delivered.kind === 'done';
    backOffs.set(raw, delivered.afterSeconds);
    throw delivered.error;
  }

  const consumer = Consumer.create({
    queueUrl: queue.url,
    sqs,
    batchSize: queue.batchSize,
    waitTimeSeconds: queue.waitSeconds,
    visibilityTimeout: queue.visibilitySeconds,
    heartbeatInterval: queue.visibilitySeconds / 3,
    messageSystemAttributeNames: ['ApproximateReceiveCount'],
    terminateVisibilityTimeout: ([raw]) => (raw && backOffs.get(raw)) ?? 0,
    handleMessage: async (raw) => {
      // Came with the last poll: another worker may begin it now.
      if (!consumer.status.isRunning) throw new Error('this worker is stopping');
      return (await handle(raw)) ? raw : undefined;
    },
  });
  consumer.on('error', (error) => {
    logger.warn({ err: error }, 'SQS did not answer as it should');
    consumer.updateOption('pollingWaitTimeMs', pauseAfterErrorMs);
  });
  const pollAtOnce = () => consumer.updateOption('pollingWaitTimeMs', 0);
  consumer.on('empty', pollAtOnce);
  consumer.on('response_processed', pollAtOnce);
  let closed = false;

  return {
    receive(on) {
      if (!on) consumer.stop();
      // Started while its last poll is out, it would poll twice from then on.
      else if (!closed && !consumer.status.isPolling) consumer.start();
    },
    async close(graceMs) {
      closed = true;
      consumer.stop();
      const timer = setTimeout(() => draining.abort(), graceMs);
      while (consumer.status.isPolling) await delay(20);
      clearTimeout(timer);
    },
  };
}
