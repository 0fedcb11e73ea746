import type { QueueName } from '@foretell/core/contracts/messages';

/** Whether a message of the queue is work for minutes or hours, or one of a stream of small ones. */
export const holdsJobs: Readonly<Record<QueueName, boolean>> = {
  imports: true,
  trainings: true,
  'batch-predictions': true,
  records: false,
  assignments: false,
  metrics: false,
  notifications: false,
};
