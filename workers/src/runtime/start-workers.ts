import type { SQSClient } from '@aws-sdk/client-sqs';
import type { QueueName } from '@foretell/core/contracts/messages';
import { startQueueConsumer, type ConsumerDeps, type QueueOptions } from './queue-consumer.ts';

export interface WorkersOptions extends ConsumerDeps {
  sqs: SQSClient;
  queueUrls: Record<QueueName, string>;
  /** Long jobs handled at once, a queue. */
  concurrency: number;
  visibilitySeconds?: number;
}

export interface Workers {
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

const maxReceives = 5;
const longestBackOffSeconds = 900;
/** 5 s, 20 s, 80 s, 320 s: a dependency may be down for some minutes before a message is given up. */
const backOffSeconds = (receives: number) => Math.min(5 * 4 ** (receives - 1), longestBackOffSeconds);

export function startWorkers(options: WorkersOptions): Workers {
  const { queueUrls, concurrency, visibilitySeconds = 60 } = options;
  const shared = { visibilitySeconds, maxReceives, backOffSeconds };
  const consumers = (Object.keys(queueUrls) as QueueName[]).flatMap((name) => {
    const queue: QueueOptions = { ...shared, url: queueUrls[name], batchSize: isStream[name] ? 10 : 1 };
    const count = isStream[name] ? 1 : concurrency;
    return Array.from({ length: count }, () => startQueueConsumer(queue, options));
  });
  return {
    async close(graceMs = 15_000) {
      await Promise.all(consumers.map((consumer) => consumer.close(graceMs)));
    },
  };
}
