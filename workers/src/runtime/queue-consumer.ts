import { setTimeout as delay } from 'node:timers/promises';
import {
  ReceiveMessageCommand,
  type Message as SqsMessage,
  type MessageSystemAttributeName,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Message } from '@foretell/core/contracts/messages';
import { DomainError } from '@foretell/core/domain/errors';
import type { Logger } from '@foretell/core/node/logger';
import { Consumer } from 'sqs-consumer';
import { createDeadLetters } from './dead-letters.ts';
import { dispatch, parseMessage } from './dispatch.ts';
import type { Handlers } from './handler.ts';

export interface QueueOptions {
  url: string;
  /** Messages asked for at once and handled side by side, 1 to 10. The next are asked for when all are done. */
  batchSize: number;
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
  /** Takes no more messages and waits for those taken; after `graceMs` their handlers' signal aborts. */
  close(graceMs: number): Promise<void>;
}

/** Aborts the long poll alone: a message being handled must still be deleted while the process drains. */
function withAbortablePolls(sqs: SQSClient, signal: AbortSignal): SQSClient {
  const send = (command: Parameters<SQSClient['send']>[0], options?: object) =>
    sqs.send(
      command,
      command instanceof ReceiveMessageCommand ? { ...options, abortSignal: signal } : options,
    );
  return Object.assign(Object.create(sqs) as SQSClient, { send });
}

const receivesOf = (message: SqsMessage) => Number(message.Attributes?.ApproximateReceiveCount ?? 1);
const errorOf = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

/** Gives each message of a queue to its handler; see `Handler` for what becomes of it. */
export function startQueueConsumer(queue: QueueOptions, deps: ConsumerDeps): QueueConsumer {
  const { sqs, handlers, onGivenUp } = deps;
  const logger = deps.logger.child({ queue: queue.url.split('/').at(-1) });
  const sendToDeadLetters = createDeadLetters(sqs, queue.url);
  const polls = new AbortController();
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
      message = parseMessage(raw.Body ?? '');
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
    sqs: withAbortablePolls(sqs, polls.signal),
    batchSize: queue.batchSize,
    waitTimeSeconds: 20,
    visibilityTimeout: queue.visibilitySeconds,
    heartbeatInterval: queue.visibilitySeconds / 3,
    messageSystemAttributeNames: ['ApproximateReceiveCount' satisfies MessageSystemAttributeName],
    terminateVisibilityTimeout: ([raw]) => (raw && backOffs.get(raw)) ?? 0,
    handleMessage: async (raw) => ((await handle(raw)) ? raw : undefined),
  });
  consumer.on('error', (error) => {
    if (!polls.signal.aborted) logger.warn({ err: error }, 'SQS did not answer as it should');
  });
  consumer.start();

  return {
    async close(graceMs) {
      consumer.stop();
      polls.abort();
      const timer = setTimeout(() => draining.abort(), graceMs);
      while (consumer.status.isPolling) await delay(20);
      clearTimeout(timer);
    },
  };
}
