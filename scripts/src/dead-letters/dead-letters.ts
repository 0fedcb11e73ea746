import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { anyMessage } from '@foretell/core/contracts/messages';

/** A message that could not be handled. */
export interface DeadLetter {
  /** SQS's own id, by which it is named to `redrive`. */
  id: string;
  /** Null of what is no message of ours. */
  type: string | null;
  workspace: string | null;
  /** The job it starts, if it starts one. */
  job: string | null;
  /** Why a worker put it here; `abandoned`: SQS did, because nobody ever finished it. */
  code: string;
  reason: string;
  sentAt: string;
  body: string;
}

export interface DeadLetterQueue {
  /** At most `limit`, oldest first; they stay where they are. */
  read(limit: number): Promise<DeadLetter[]>;
  /** Moves those that `isMeant` back to the queue they came from, each sent before it is deleted; answers them. */
  redrive(limit: number, isMeant: (letter: DeadLetter) => boolean): Promise<DeadLetter[]>;
}

/** A message is met once in a reading: it is hidden from others for so long, or until the reading has ended. */
const hiddenSeconds = 60;
const abandoned = {
  code: 'abandoned',
  reason:
    'It was received five times and never finished: its workers died, or were stopped, in the middle of it.',
};

interface Held {
  letter: DeadLetter;
  handle: string;
}

function envelopeOf(body: string) {
  try {
    const { type, workspace, payload } = anyMessage.parse(JSON.parse(body));
    return { type, workspace, job: 'job' in payload ? payload.job : null };
  } catch {
    return { type: null, workspace: null, job: null };
  }
}

function letterOf({
  MessageId = '',
  Body = '',
  Attributes = {},
  MessageAttributes = {},
}: Message): DeadLetter {
  return {
    id: MessageId,
    ...envelopeOf(Body),
    code: MessageAttributes['code']?.StringValue ?? abandoned.code,
    reason: MessageAttributes['reason']?.StringValue ?? abandoned.reason,
    sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
    body: Body,
  };
}

async function take(sqs: SQSClient, QueueUrl: string, limit: number): Promise<Held[]> {
  const held = new Map<string, Held>();
  while (held.size < limit) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(10, limit - held.size),
        VisibilityTimeout: hiddenSeconds,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    if (Messages.length === 0) break;
    for (const message of Messages) {
      const letter = letterOf(message);
      held.set(letter.id, { letter, handle: message.ReceiptHandle ?? '' });
    }
  }
  return [...held.values()].toSorted((a, b) => a.letter.sentAt.localeCompare(b.letter.sentAt));
}

async function letGo(sqs: SQSClient, QueueUrl: string, held: readonly Held[]): Promise<void> {
  for (let from = 0; from < held.length; from += 10)
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: held.slice(from, from + 10).map(({ handle }, index) => ({
          Id: String(index),
          ReceiptHandle: handle,
          VisibilityTimeout: 0,
        })),
      }),
    );
}

/** The dead letters of the queue `name`, which is the queue beside it with `-dead-letters` at its end. */
export async function openDeadLetters(sqs: SQSClient, name: string): Promise<DeadLetterQueue> {
  const urlOf = async (QueueName: string) => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    if (QueueUrl === undefined) throw new Error(`SQS answered no URL for the queue ${QueueName}.`);
    return QueueUrl;
  };
  const [from, to] = [await urlOf(`${name}-dead-letters`), await urlOf(name)];

  async function move({ letter, handle }: Held): Promise<void> {
    const group = letter.workspace === null ? {} : { MessageGroupId: letter.workspace };
    await sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: letter.body, ...group }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle: handle }));
  }

  return {
    async read(limit) {
      const held = await take(sqs, from, limit);
      await letGo(sqs, from, held);
      return held.map(({ letter }) => letter);
    },
    async redrive(limit, isMeant) {
      const held = await take(sqs, from, limit);
      const [meant, others] = [
        held.filter(({ letter }) => isMeant(letter)),
        held.filter(({ letter }) => !isMeant(letter)),
      ];
      const moved: DeadLetter[] = [];
      try {
        for (const each of meant) {
          await move(each);
          moved.push(each.letter);
        }
      } finally {
        await letGo(sqs, from, [...others, ...meant.slice(moved.length)]);
      }
      return moved;
    },
  };
}
