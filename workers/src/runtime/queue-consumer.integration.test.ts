import { setTimeout as delay } from 'node:timers/promises';
import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Message } from '@foretell/core/contracts/messages';
import { DomainError } from '@foretell/core/domain/errors';
import { createLogger } from '@foretell/core/node/logger';
import { newId } from '@foretell/core/node/new-id';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import type { Handler, Handlers } from './handler.ts';
import { createQueueConsumer, type QueueConsumer, type QueueOptions } from './queue-consumer.ts';

let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
let sqs: SQSClient;
beforeAll(async () => {
  aws = await startAwsWithResources();
  Object.assign(process.env, aws.environment);
  sqs = new SQSClient({});
});
afterAll(() => aws.stop());

const running: QueueConsumer[] = [];
const givenUp: { message: Message; error: Error }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((consumer) => consumer.close(1000)));
  givenUp.length = 0;
  for (const url of [aws.resources.queueUrls.notifications, aws.resources.deadLetterUrls.notifications])
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
});

function start(handle: Handler<'notification.send'>, options: Partial<QueueOptions> = {}): QueueConsumer {
  const consumer = createQueueConsumer(
    {
      url: aws.resources.queueUrls.notifications,
      batchSize: 10,
      waitSeconds: 1,
      visibilitySeconds: 30,
      maxReceives: 3,
      backOffSeconds: () => 0,
      ...options,
    },
    {
      sqs,
      handlers: { 'notification.send': handle } as Handlers,
      logger: createLogger('test', 'fatal'),
      onGivenUp: (message, error) => Promise.resolve(void givenUp.push({ message, error })),
    },
  );
  consumer.receive(true);
  running.push(consumer);
  return consumer;
}

const send = (body: string) =>
  sqs.send(new SendMessageCommand({ QueueUrl: aws.resources.queueUrls.notifications, MessageBody: body }));
const notification = (title: string) =>
  JSON.stringify({
    id: newId(),
    type: 'notification.send',
    version: 1,
    workspace: newId(),
    createdAt: new Date().toISOString(),
    payload: { kind: 'test', title, body: '' },
  });

async function deadLetter() {
  const ask = new ReceiveMessageCommand({
    QueueUrl: aws.resources.deadLetterUrls.notifications,
    WaitTimeSeconds: 10,
    MessageAttributeNames: ['All'],
  });
  let [message] = (await sqs.send(ask)).Messages ?? [];
  while (!message) [message] = (await sqs.send(ask)).Messages ?? [];
  return {
    body: message.Body,
    code: message.MessageAttributes?.['code']?.StringValue,
    reason: message.MessageAttributes?.['reason']?.StringValue,
  };
}

/** Messages in the queue, waiting or being handled. */
async function left(): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: aws.resources.queueUrls.notifications,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return (
    Number(Attributes?.['ApproximateNumberOfMessages']) +
    Number(Attributes?.['ApproximateNumberOfMessagesNotVisible'])
  );
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not happen within 60 s');
    await delay(20);
  }
}

test('a message that was handled is gone', async () => {
  const titles: string[] = [];
  start(({ payload }) => Promise.resolve(void titles.push(payload.title)));
  await send(notification('a'));
  await send(notification('b'));
  await until(async () => titles.length === 2 && (await left()) === 0);
  expect(titles.sort()).toEqual(['a', 'b']);
});

test.each([
  ['not JSON', '{', /not JSON/],
  ['of an unknown type', notification('x').replace('notification.send', 'nothing.known'), /type/],
  ['without its fields', notification('x').replace('"title"', '"titel"'), /payload\.title/],
])('a message %s goes to the dead letters at once, as it was', async (_, body, reason) => {
  let handled = 0;
  start(() => {
    handled++;
    return Promise.resolve();
  });
  await send(body);
  const dead = await deadLetter();
  expect(dead).toMatchObject({ body, code: 'invalid' });
  expect(dead.reason).toMatch(reason);
  expect(handled).toBe(0);
  await until(async () => (await left()) === 0);
});

test('what a handler finds invalid is not tried again, and whoever waits for it is told', async () => {
  let tries = 0;
  start(() => {
    tries++;
    throw new DomainError('invalid', 'no such dataset\u0000');
  });
  await send(notification('x'));
  expect(await deadLetter()).toMatchObject({ code: 'invalid', reason: 'no such dataset ' });
  await until(() => givenUp.length === 1);
  expect(tries).toBe(1);
  expect(givenUp[0]!.message.payload).toMatchObject({ title: 'x' });
});

test('what fails for another reason comes again until it succeeds, or is given up', async () => {
  const tries = new Map<string, number>();
  start(({ payload: { title } }) => {
    const n = (tries.get(title) ?? 0) + 1;
    tries.set(title, n);
    if (title === 'twice' && n === 2) return Promise.resolve();
    throw new DomainError('unavailable', `${title} is down`);
  });
  await send(notification('twice'));
  await send(notification('forever'));
  expect(await deadLetter()).toMatchObject({ code: 'unavailable', reason: 'forever is down' });
  await until(async () => (await left()) === 0);
  expect(Object.fromEntries(tries)).toEqual({ twice: 2, forever: 3 });
  expect(givenUp.map(({ error }) => error.message)).toEqual(['forever is down']);
});

test('a message that takes longer than its visibility is handled once, by one consumer', async () => {
  let handled = 0;
  const slow = async () => {
    handled++;
    await delay(8000);
  };
  start(slow, { visibilitySeconds: 6 });
  start(slow, { visibilitySeconds: 6 });
  await send(notification('slow'));
  await until(async () => handled > 0 && (await left()) === 0);
  expect(handled).toBe(1);
});

test('closing waits for what was taken, deletes it, and takes nothing more', async () => {
  const begun: string[] = [];
  const finish = Promise.withResolvers<undefined>();
  const consumer = start(
    ({ payload }) => {
      begun.push(payload.title);
      return finish.promise;
    },
    { batchSize: 1 },
  );
  await send(notification('first'));
  await send(notification('second'));
  await until(() => begun.length === 1);
  let isClosed = false;
  const closing = consumer.close(60_000).then(() => (isClosed = true));
  await delay(300);
  expect([isClosed, await left()]).toEqual([false, 2]);
  finish.resolve(undefined);
  await closing;
  expect(begun).toHaveLength(1);
  expect(await left()).toBe(1);
});

test('a handler that outlasts the drain is told to stop, and its message comes again to the next worker', async () => {
  let [begun, stopped] = [false, false];
  const handle: Handler<'notification.send'> = async (_, { signal }) => {
    begun = true;
    await delay(600_000, undefined, { signal }).catch((error: unknown) => {
      stopped = true;
      throw error;
    });
  };
  const consumer = start(handle, { visibilitySeconds: 3 });
  await send(notification('x'));
  await until(() => begun);
  await consumer.close(100);
  expect(stopped).toBe(true);
  let again = 0;
  start(() => {
    again++;
    return Promise.resolve();
  });
  await until(() => again === 1);
});

test('told to receive no more, it finishes what it has and leaves the rest; told to again, it takes that too', async () => {
  const begun: string[] = [];
  const finished: string[] = [];
  let finish = () => {};
  const consumer = start(
    async (message) => {
      begun.push(message.payload.title);
      if (message.payload.title === 'first') await new Promise<void>((resolve) => (finish = resolve));
      finished.push(message.payload.title);
    },
    { batchSize: 1 },
  );
  await send(notification('first'));
  await until(() => begun.length === 1);
  consumer.receive(false);
  await send(notification('second'));
  await delay(1500);
  expect([begun, finished]).toEqual([['first'], []]);
  finish();
  await until(() => finished.length === 1);
  await delay(1500);
  expect(begun).toEqual(['first']);
  await until(() => {
    consumer.receive(true);
    return finished.length === 2;
  });
  expect(finished).toEqual(['first', 'second']);
});
