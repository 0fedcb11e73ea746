import { setTimeout as delay } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';

export interface SqsdOptions {
  queueUrl: string;
  /** Where the application listens. */
  url: string;
  /** As the environment's settings of aws:elasticbeanstalk:sqsd are named. */
  httpPath: string;
  httpConnections: number;
  visibilityTimeout: number;
  errorVisibilityTimeout: number;
  inactivityTimeout: number;
}

export interface Sqsd {
  /** Every POST that was answered, and how. */
  readonly answers: readonly { path: string; status: number | 'timeout' }[];
  /** Does what the leader does when a task of cron.yaml is due. */
  schedule(task: { name: string; url: string }): Promise<void>;
  stop(): Promise<void>;
}

const taskAttributes = ['task_name', 'path', 'scheduled_time'].map((name) => `beanstalk.sqsd.${name}`);

/**
 * The daemon of Elastic Beanstalk's worker tier, as it is documented: POSTs a message's body with the X-Aws-Sqsd-* headers,
 * deletes the message on 200 and on nothing else, shows it again after ErrorVisibilityTimeout when the answer is another,
 * and leaves it to its visibility time-out when there is none within InactivityTimeout.
 */
export function startSqsd(sqs: SQSClient, options: SqsdOptions): Sqsd {
  const { queueUrl, url, httpPath } = options;
  const answers: { path: string; status: number | 'timeout' }[] = [];
  const stopping = new AbortController();
  const queue = queueUrl.split('/').at(-1) ?? '';

  async function post(message: Message): Promise<number | 'timeout'> {
    const sent = message.MessageAttributes ?? {};
    const task = (name: string) => sent[`beanstalk.sqsd.${name}`]?.StringValue;
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'user-agent': 'aws-sqsd/3.0',
      'x-aws-sqsd-msgid': message.MessageId ?? '',
      'x-aws-sqsd-queue': queue,
      'x-aws-sqsd-first-received-at': new Date(
        Number(message.Attributes?.ApproximateFirstReceiveTimestamp),
      ).toISOString(),
      'x-aws-sqsd-receive-count': message.Attributes?.ApproximateReceiveCount ?? '1',
      ...(task('task_name') === undefined
        ? {}
        : {
            'x-aws-sqsd-taskname': task('task_name') ?? '',
            'x-aws-sqsd-scheduled-at': task('scheduled_time') ?? '',
            'x-aws-sqsd-sender-id': message.Attributes?.SenderId ?? 'leader',
          }),
    };
    for (const [name, { StringValue }] of Object.entries(sent))
      if (!taskAttributes.includes(name)) headers[`x-aws-sqsd-attr-${name}`] = StringValue ?? '';
    const path = task('path') ?? httpPath;
    const body = task('path') === undefined ? (message.Body ?? '') : '';
    try {
      const signal = AbortSignal.timeout(options.inactivityTimeout * 1000);
      const { status } = await fetch(new URL(path, url), { method: 'POST', headers, body, signal });
      answers.push({ path, status });
      return status;
    } catch {
      answers.push({ path, status: 'timeout' });
      return 'timeout';
    }
  }

  async function deliver(message: Message): Promise<void> {
    const status = await post(message);
    const handle = { QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle };
    if (status === 200) await sqs.send(new DeleteMessageCommand(handle));
    else if (status !== 'timeout')
      await sqs.send(
        new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout: options.errorVisibilityTimeout }),
      );
  }

  async function connection(): Promise<void> {
    while (!stopping.signal.aborted) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          VisibilityTimeout: options.visibilityTimeout,
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      );
      for (const message of Messages) await deliver(message);
      if (Messages.length === 0) await delay(20);
    }
  }

  const running = Promise.all(Array.from({ length: options.httpConnections }, connection));
  return {
    answers,
    async schedule({ name, url: path }) {
      const text = (StringValue: string) => ({ DataType: 'String', StringValue });
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: 'elasticbeanstalk scheduled job',
          MessageAttributes: {
            'beanstalk.sqsd.task_name': text(name),
            'beanstalk.sqsd.path': text(path),
            'beanstalk.sqsd.scheduled_time': text(new Date().toISOString()),
          },
        }),
      );
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
