import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { messages, type Message, type MessageType, type QueueName } from '@foretell/core/contracts/messages';
import { newId } from '@foretell/core/node/new-id';

export type SendMessage = <T extends MessageType>(
  type: T,
  workspace: string,
  payload: Message<T>['payload'],
  /** Seconds until it can be received, at most 900. */
  delaySeconds?: number,
) => Promise<void>;

/** Sends what follows from a message to its queue. Resolves once SQS has it. */
export function createSendMessage(
  sqs: SQSClient,
  queueUrls: Record<QueueName, string>,
  now: () => Date,
): SendMessage {
  return async (type, workspace, payload, delaySeconds = 0) => {
    const { queue, schema } = messages[type];
    const envelope = { id: newId(), type, version: 1, workspace, createdAt: now().toISOString(), payload };
    const body = JSON.stringify(schema.parse(envelope));
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrls[queue],
        MessageBody: body,
        MessageGroupId: workspace,
        DelaySeconds: delaySeconds,
      }),
    );
  };
}
