import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Message, MessageType } from '@foretell/core/contracts/messages';

/** Far under what SQS takes in one message (1 MiB), and under what it took before 2025 (256 KB). */
export const maxMessageBytes = 200_000;

export type SendMessage<T extends MessageType> = (message: Message<T>) => Promise<void>;

/** Resolves once SQS has acknowledged the message. */
export function createMessageSender<T extends MessageType>(sqs: SQSClient, queueUrl: string): SendMessage<T> {
  return async (message) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }));
  };
}

/** Runs of `items` that each come to at most `maxBytes` of JSON; an item larger than that is alone. */
export function splitByBytes<T>(items: readonly T[], maxBytes: number): T[][] {
  const parts: T[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = Buffer.byteLength(JSON.stringify(item)) + 1;
    const part = parts.at(-1);
    if (part && bytes <= room) part.push(item);
    else {
      parts.push([item]);
      room = maxBytes;
    }
    room -= bytes;
  }
  return parts;
}
