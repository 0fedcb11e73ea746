import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { everyWorkspace, messages, type QueueName } from '@foretell/core/contracts/messages';
import type { ScheduledMessage } from '@foretell/core/contracts/scheduled-messages';
import { newId } from '@foretell/core/node/new-id';

/** Milliseconds between two messages of a type. */
export type Schedules = Readonly<Record<ScheduledMessage, number>>;

/** As short as a person at a laptop would wait, and as the work allows: what is each night on AWS is each hour here. */
export const defaultSchedules: Schedules = {
  'experiment.analyze': 60_000,
  'jobs.sweep': 60_000,
  'sources.due': 60_000,
  'records.compact': 15_000,
  'online-features.refresh': 3_600_000,
};

/** Stands in for EventBridge's rules: sends each schedule's message to its queue, over and over. */
export function startSchedules(
  sqs: SQSClient,
  queueUrls: Record<QueueName, string>,
  schedules: Schedules,
  write: (line: string) => void,
): { stop: () => void } {
  const send = async (type: ScheduledMessage) => {
    const { queue, schema } = messages[type];
    const message = schema.parse({
      id: newId(),
      type,
      version: 1,
      workspace: everyWorkspace,
      createdAt: new Date().toISOString(),
      payload: {},
    });
    await sqs.send(
      new SendMessageCommand({ QueueUrl: queueUrls[queue], MessageBody: JSON.stringify(message) }),
    );
  };
  const timers = (Object.keys(schedules) as ScheduledMessage[]).map((type) =>
    setInterval(() => {
      send(type).catch((error: unknown) =>
        write(`the schedule of ${type} failed: ${error instanceof Error ? error.message : String(error)}`),
      );
    }, schedules[type]),
  );
  return { stop: () => timers.forEach((timer) => clearInterval(timer)) };
}
