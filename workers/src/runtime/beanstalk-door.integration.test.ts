import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { everyWorkspace, type Message } from '@foretell/core/contracts/messages';
import { DomainError } from '@foretell/core/domain/errors';
import { createLogger } from '@foretell/core/node/logger';
import { newId } from '@foretell/core/node/new-id';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { startSqsd, type Sqsd } from '../testing/sqsd.ts';
import { createBeanstalkDoor } from './beanstalk-door.ts';
import type { Handlers } from './handler.ts';

/** What sqsd waits for an answer: far more than any handler here takes but the slow one. */
const inactivitySeconds = 4;

let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
let sqs: SQSClient;
let server: Server;
let sqsd: Sqsd;
let url: string;
const handled: Message[] = [];
const givenUp: Message[] = [];
/** What becomes of a message, by its id. */
const fates = new Map<string, () => Promise<void>>();

beforeAll(async () => {
  aws = await startAwsWithResources();
  Object.assign(process.env, aws.environment);
  sqs = new SQSClient();
  const handle = async (message: Message) => {
    handled.push(message);
    await fates.get(message.id)?.();
  };
  const handlers = new Proxy({}, { get: () => handle }) as Handlers;
  const door = createBeanstalkDoor({
    sqs,
    queueUrls: aws.resources.queueUrls,
    handlers,
    logger: createLogger('test', 'fatal'),
    onGivenUp: (message) => Promise.resolve(void givenUp.push(message)),
    signal: new AbortController().signal,
  });
  server = createServer(door).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sqsd = startSqsd(sqs, {
    queueUrl: aws.resources.queueUrls.notifications,
    url,
    httpPath: '/messages',
    httpConnections: 2,
    visibilityTimeout: 6,
    errorVisibilityTimeout: 0,
    inactivityTimeout: inactivitySeconds,
  });
});
afterAll(async () => {
  await sqsd.stop();
  server.closeAllConnections();
  server.close();
  sqs.destroy();
  await aws.stop();
});

async function post(MessageBody: string): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: aws.resources.queueUrls.notifications, MessageBody }));
}

/** Puts a message on the queue, and says what is to become of it. */
async function send(fate?: () => Promise<void>): Promise<string> {
  const id = newId();
  if (fate) fates.set(id, fate);
  const [workspace, createdAt] = [newId(), new Date().toISOString()];
  const payload = { kind: 'test', title: 'title', body: 'body' };
  await post(JSON.stringify({ id, type: 'notification.send', version: 1, workspace, createdAt, payload }));
  return id;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within 60 s: ${JSON.stringify(sqsd.answers)}`);
    await delay(20);
  }
}

async function isEmpty(): Promise<boolean> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: aws.resources.queueUrls.notifications,
      AttributeNames: [...names],
    }),
  );
  return names.every((name) => Attributes[name] === '0');
}

const deadLetters = async () => {
  const QueueUrl = aws.resources.deadLetterUrls.notifications;
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], VisibilityTimeout: 0 }),
  );
  return Messages;
};
const timesOf = (id: string) => handled.filter((message) => message.id === id).length;

test('a message that is handled is answered 200, and gone', async () => {
  const id = await send();
  await until(async () => timesOf(id) === 1 && (await isEmpty()));
  expect(sqsd.answers.at(-1)).toEqual({ path: '/messages', status: 200 });
});

test.each([
  ['503', new DomainError('unavailable', 'the database is down')],
  ['500', new Error('a bug')],
])('a failure is answered %s, and the message comes again until it is handled', async (status, error) => {
  let failures = 2;
  const id = await send(() => (failures-- > 0 ? Promise.reject(error) : Promise.resolve()));
  await until(async () => timesOf(id) === 3 && (await isEmpty()));
  expect(sqsd.answers.slice(-3).map((answer) => answer.status)).toEqual([
    Number(status),
    Number(status),
    200,
  ]);
});

test('what is no message of ours goes to the dead letters at once, with the reason, and is answered 200', async () => {
  await post('{"type":"unheard of"}');
  await until(async () => (await deadLetters()).length === 1 && (await isEmpty()));
  const [letter] = await deadLetters();
  expect(letter?.Body).toBe('{"type":"unheard of"}');
  expect(letter?.MessageAttributes?.['code']?.StringValue).toBe('invalid');
});

test('a message that fails to the last time is given up by us, so that whoever waits hears of it', async () => {
  const id = await send(() => Promise.reject(new Error('a bug')));
  await until(async () => givenUp.some((message) => message.id === id) && (await isEmpty()));
  expect(timesOf(id)).toBe(5);
});

test('a request that takes longer than sqsd waits comes again after the visibility time-out', async () => {
  let slow = true;
  const id = await send(() => {
    const wait = slow ? delay(1000 * inactivitySeconds + 500) : Promise.resolve();
    slow = false;
    return wait.then(() => undefined);
  });
  await until(async () => timesOf(id) === 2 && (await isEmpty()));
  expect(sqsd.answers.slice(-2).map(({ status }) => status)).toEqual(['timeout', 200]);
});

test('a task of cron.yaml is the message it names, of every workspace', async () => {
  await sqsd.schedule({ name: 'looks', url: '/scheduled/experiment.analyze' });
  await until(async () => handled.some(({ type }) => type === 'experiment.analyze') && (await isEmpty()));
  expect(handled.at(-1)).toMatchObject({ workspace: everyWorkspace, payload: {} });
});

test('nobody but sqsd is heard, at no other path, by no other method', async () => {
  const request = (path: string, headers = {}) =>
    fetch(`${url}${path}`, { method: 'POST', headers, body: '{}' });
  expect((await request('/messages')).status).toBe(403);
  expect((await request('/messages', { 'x-aws-sqsd-queue': 'another' })).status).toBe(403);
  expect((await request('/scheduled/jobs.sweep', { 'x-aws-sqsd-queue': 'metrics' })).status).toBe(403);
  expect((await request('/anything')).status).toBe(404);
  expect((await fetch(`${url}/messages`)).status).toBe(405);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const large = { method: 'POST', headers: { 'x-aws-sqsd-queue': 'metrics' }, body: 'x'.repeat(2 ** 20 + 1) };
  expect((await fetch(`${url}/messages`, large)).status).toBe(413);
});
