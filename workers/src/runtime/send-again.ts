import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { messages, type Message, type QueueName } from '@foretell/core/contracts/messages';

export type SendAgain = (message: Message) => Promise<void>;

/** Puts a message back on its queue under its own id, as a new delivery: how a long job hands on what is left of it. */
export function createSendAgain(sqs: SQSClient, queueUrls: Record<QueueName, string>): SendAgain {
  return async (message) => {
    const { queue, schema } = messages[message.type];
    const body = JSON.stringify(schema.parse(message));
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrls[queue], MessageBody: body }));
  };
}
