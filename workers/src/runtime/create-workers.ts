import type { SQSClient } from '@aws-sdk/client-sqs';
import type { QueueName } from '@foretell/core/contracts/messages';
import { DomainError } from '@foretell/core/domain/errors';
import { messageOfSparkEvent } from '../runs/spark-event.ts';
import { createQueueConsumer, type ConsumerDeps, type QueueOptions } from './queue-consumer.ts';

export interface WorkersOptions extends ConsumerDeps {
  sqs: SQSClient;
  queueUrls: Record<QueueName, string>;
  /** What EventBridge says of EMR, if anybody listens. */
  sparkEventsUrl?: string | undefined;
  /** Long jobs handled at once, a queue. */
  concurrency: number;
  /** How long after its worker died a message is given to another. */
  visibilitySeconds: number;
}

export interface Workers {
  /** Whether messages are asked for; those taken finish either way. */
  receive(on: boolean): void;
  /** Drains every queue at once. */
  close(graceMs?: number): Promise<void>;
}

/** Jobs that take long run one a consumer; streams of small messages come ten at a time, and are stored together. */
const isStream: Record<QueueName, boolean> = {
  imports: false,
  trainings: false,
  'batch-predictions': false,
  records: true,
  assignments: true,
  metrics: true,
  notifications: true,
};

const waitSeconds = 5;
const maxReceives = 5;
const longestBackOffSeconds = 900;

/**
 * What is unavailable may be down for some minutes: 5 s, 20 s, 80 s, 320 s. What failed for a reason of its own will most
 * likely fail again, and somebody waits for its job: 1 s, 2 s, 4 s, 8 s.
 */
function backOffSeconds(receives: number, error: Error): number {
  const isDown = error instanceof DomainError && error.code === 'unavailable';
  const seconds = isDown ? 5 * 4 ** (receives - 1) : 2 ** (receives - 1);
  return Math.min(seconds, longestBackOffSeconds);
}

/** Consumers of every queue; they begin with `receive(true)`. */
export function createWorkers(options: WorkersOptions): Workers {
  const { queueUrls, concurrency, visibilitySeconds } = options;
  const shared = { waitSeconds, visibilitySeconds, maxReceives, backOffSeconds };
  const consumers = (Object.keys(queueUrls) as QueueName[]).flatMap((name) => {
    const queue: QueueOptions = { ...shared, url: queueUrls[name], batchSize: isStream[name] ? 10 : 1 };
    const count = isStream[name] ? 1 : concurrency;
    return Array.from({ length: count }, () => createQueueConsumer(queue, options));
  });
  if (options.sparkEventsUrl !== undefined) {
    const parse = messageOfSparkEvent;
    consumers.push(
      createQueueConsumer({ ...shared, url: options.sparkEventsUrl, batchSize: 10, parse }, options),
    );
  }
  return {
    receive: (on) => consumers.forEach((consumer) => consumer.receive(on)),
    async close(graceMs = 15_000) {
      await Promise.all(consumers.map((consumer) => consumer.close(graceMs)));
    },
  };
}
