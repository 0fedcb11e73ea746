import type { SQSClient } from '@aws-sdk/client-sqs';
import type { QueueName } from '@foretell/core/contracts/messages';
import { messageOfSparkEvent } from '../runs/spark-event.ts';
import { deliveryRules } from './delivery-rules.ts';
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

/** Consumers of every queue; they begin with `receive(true)`. */
export function createWorkers(options: WorkersOptions): Workers {
  const { queueUrls, concurrency, visibilitySeconds } = options;
  const shared = { ...deliveryRules, waitSeconds, visibilitySeconds };
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
