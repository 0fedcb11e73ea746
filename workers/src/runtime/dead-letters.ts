import { SendMessageCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';

/** Attributes of SQS carry no more than some hundred characters well; the log has the whole error. */
const maxReasonLength = 1000;
/** What SQS allows in an attribute: no control characters but tab, line feed and carriage return. */
// eslint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

export type DeadLetters = (message: Message, code: string, reason: string) => Promise<void>;

/** Each queue `<name>` has a queue `<name>-dead-letters` beside it. */
export const deadLetterUrl = (queueUrl: string): string => `${queueUrl}-dead-letters`;

/** Puts a message, as it was, on the dead-letter queue with the reason as attributes `code` and `reason`. */
export function createDeadLetters(sqs: SQSClient, queueUrl: string): DeadLetters {
  return async (message, code, reason) => {
    const text = reason.replace(forbidden, ' ').slice(0, maxReasonLength) || 'no reason given';
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: deadLetterUrl(queueUrl),
        MessageBody: message.Body ?? '',
        MessageAttributes: {
          code: { DataType: 'String', StringValue: code },
          reason: { DataType: 'String', StringValue: text },
        },
      }),
    );
  };
}
