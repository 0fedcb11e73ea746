import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

interface Peeked {
  id: string;
  body: string;
}

/** Long enough that a message is not met twice in one peek. */
const hiddenSeconds = 30;

/** The messages of a queue, at most `limit`, left where they are: hidden from others only meanwhile. */
export async function peekMessages(sqs: SQSClient, queueUrl: string, limit: number): Promise<Peeked[]> {
  const found = new Map<string, Peeked>();
  const handles: string[] = [];
  try {
    while (found.size < limit) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: hiddenSeconds,
          WaitTimeSeconds: 0,
        }),
      );
      if (Messages.length === 0) break;
      for (const { MessageId: id = '', Body: body = '', ReceiptHandle } of Messages) {
        found.set(id, { id, body });
        if (ReceiptHandle !== undefined) handles.push(ReceiptHandle);
      }
    }
  } finally {
    await show(sqs, queueUrl, handles);
  }
  return [...found.values()];
}

async function show(sqs: SQSClient, queueUrl: string, handles: readonly string[]): Promise<void> {
  for (let from = 0; from < handles.length; from += 10)
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queueUrl,
        Entries: handles.slice(from, from + 10).map((handle, index) => ({
          Id: String(index),
          ReceiptHandle: handle,
          VisibilityTimeout: 0,
        })),
      }),
    );
}

/** All messages a queue holds, those that wait and those that are being handled; SQS calls it approximate. */
export async function countMessages(sqs: SQSClient, queueUrl: string): Promise<number> {
  const names = [
    'ApproximateNumberOfMessages',
    'ApproximateNumberOfMessagesNotVisible',
    'ApproximateNumberOfMessagesDelayed',
  ] as const;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] }),
  );
  return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}
