import type { Metric } from './alarm.ts';

/** Queues of short messages, and queues of jobs that may run for an hour. */
export interface WorkQueues {
  readonly streams: readonly string[];
  readonly jobs: readonly string[];
}

export interface Wait {
  /** Part of an alarm's name. */
  readonly of: keyof WorkQueues;
  readonly expression: string;
  readonly metrics: Readonly<Record<string, Metric>>;
}

/** CloudWatch's own limit for an alarm on an expression. */
const mostMetrics = 10;

const measure = (queue: string, name: string): Metric => ({
  namespace: 'AWS/SQS',
  name,
  statistic: 'Maximum',
  dimensions: { QueueName: queue },
});

/**
 * Seconds the oldest message has waited. SQS counts the age of a message that is being handled too: a job that runs for an
 * hour would look like one that waits for an hour, so of jobs only those queues count in which something waits.
 */
export function longestWaits({ streams, jobs }: WorkQueues): readonly Wait[] {
  const age = (queue: string, index: number): [string, Metric] => [
    `a${index}`,
    measure(queue, 'ApproximateAgeOfOldestMessage'),
  ];
  const visible = (queue: string, index: number): [string, Metric] => [
    `v${index}`,
    measure(queue, 'ApproximateNumberOfMessagesVisible'),
  ];
  const most = (terms: readonly string[]) => `MAX([${terms.join(', ')}])`;
  const waits: readonly Wait[] = [
    {
      of: 'streams',
      expression: most(streams.map((_, i) => `a${i}`)),
      metrics: Object.fromEntries(streams.map(age)),
    },
    {
      of: 'jobs',
      expression: most(jobs.map((_, i) => `IF(v${i} > 0, a${i}, 0)`)),
      metrics: Object.fromEntries([...jobs.map(age), ...jobs.map(visible)]),
    },
  ];
  for (const { of, metrics } of waits)
    if (Object.keys(metrics).length > mostMetrics)
      throw new Error(`An alarm takes ${mostMetrics} metrics: there are too many queues of ${of}`);
  return waits;
}
