import { setTimeout as delay } from 'node:timers/promises';
import type { Message as SqsMessage, SQSClient } from '@aws-sdk/client-sqs';
import type { Message } from '@foretell/core/contracts/messages';
import { DomainError } from '@foretell/core/domain/errors';
import type { Logger } from '@foretell/core/node/logger';
import { Consumer } from 'sqs-consumer';
import { createDeadLetters } from './dead-letters.ts';
import { dispatch, parseMessage } from './dispatch.ts';
import type { Handlers } from './handler.ts';

export interface QueueOptions {
  url: string;
  /** What a body says, or `invalid`: by default a message in our envelope. */
  parse?: (body: string) => Message;
  /** Messages asked for at once and handled side by side, 1 to 10. The next are asked for when all are done. */
  batchSize: number;
  /** A poll waits so long for a message, and a drain for the poll: given up, it could take a message with it. */
  waitSeconds: number;
  /** How long a message stays hidden after its worker died, in seconds; extended every third of it while it is handled. */
  visibilitySeconds: number;
  /** The queue's own maxReceiveCount: after this many failures a message is given up. */
  maxReceives: number;
  /** Seconds until a failed message comes again, by its error and how often it was received. */
  backOffSeconds: (receives: number, error: Error) => number;
}

export interface ConsumerDeps {
  sqs: SQSClient;
  handlers: Handlers;
  logger: Logger;
  /** Called once a message is on the dead-letter queue for good: whoever waits for its job must hear of it. */
  onGivenUp: (message: Message, error: Error) => Promise<void>;
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
const errorOf = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

/** Gives each message of a queue to its handler, once it receives; see `Handler` for what becomes of it. */
export function createQueueConsumer(queue: QueueOptions, deps: ConsumerDeps): QueueConsumer {
  const { sqs, handlers, onGivenUp } = deps;
  const { parse = parseMessage } = queue;
  const logger = deps.logger.child({ queue: queue.url.split('/').at(-1) });
  const sendToDeadLetters = createDeadLetters(sqs, queue.url);
  const draining = new AbortController();
  const backOffs = new WeakMap<SqsMessage, number>();

  async function giveUp(raw: SqsMessage, message: Message | null, error: Error): Promise<void> {
    const code = error instanceof DomainError ? error.code : 'failed';
    await sendToDeadLetters(raw, code, error.message);
    logger.error({ err: error, id: message?.id, type: message?.type }, 'message moved to the dead letters');
    if (message) await onGivenUp(message, error);
  }

  /** True when the message is done with, in whichever way. */
  async function handle(raw: SqsMessage): Promise<boolean> {
    let message: Message | null = null;
    try {
      message = parse(raw.Body ?? '');
      const context = {
        signal: draining.signal,
        logger: logger.child({ id: message.id, type: message.type }),
      };
      await dispatch(handlers, message, context);
      return true;
    } catch (thrown) {
      const error = errorOf(thrown);
      if (draining.signal.aborted) return false;
      const hopeless = error instanceof DomainError && error.code === 'invalid';
      const receives = receivesOf(raw);
      if (hopeless || receives >= queue.maxReceives) {
        await giveUp(raw, message, error);
        return true;
      }
      const seconds = queue.backOffSeconds(receives, error);
      backOffs.set(raw, seconds);
      const { id, type } = message ?? {};
      logger.warn({ err: error, id, type, receives, seconds }, 'message failed, it comes again');
      throw error;
    }
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
