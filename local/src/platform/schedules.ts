import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import {
  everyWorkspace,
  messages,
  type MessageType,
  type QueueName,
} from '@foretell/core/contracts/messages';
import { newId } from '@foretell/core/node/new-id';

export interface Schedule {
  /** A message without a payload of its own, to be done for every workspace. */
  type: MessageType;
  everyMs: number;
}

/** Stands in for EventBridge's rules: sends each schedule's message to its queue, over and over. */
export function startSchedules(
  sqs: SQSClient,
  queueUrls: Record<QueueName, string>,
  schedules: readonly Schedule[],
  write: (line: string) => void,
): { stop: () => void } {
  const send = async (type: MessageType) => {
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
  const timers = schedules.map(({ type, everyMs }) =>
    setInterval(() => {
      send(type).catch((error: unknown) =>
        write(`the schedule of ${type} failed: ${error instanceof Error ? error.message : String(error)}`),
      );
    }, everyMs),
  );
  return { stop: () => timers.forEach((timer) => clearInterval(timer)) };
}
