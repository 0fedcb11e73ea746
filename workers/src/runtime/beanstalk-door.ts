import type { IncomingMessage, RequestListener } from 'node:http';
import type { SQSClient } from '@aws-sdk/client-sqs';
import {
  everyWorkspace,
  messages,
  type MessageType,
  type QueueName,
} from '@foretell/core/contracts/messages';
import { DomainError } from '@foretell/core/domain/errors';
import { newId } from '@foretell/core/node/new-id';
import { createDeadLetters } from './dead-letters.ts';
import { deliveryRules } from './delivery-rules.ts';
import { handleDelivery, type DeliveryDeps } from './handle-delivery.ts';

export interface BeanstalkDeps extends DeliveryDeps {
  sqs: SQSClient;
  queueUrls: Record<QueueName, string>;
  /** Aborts when the process drains past its grace. */
  signal: AbortSignal;
}

/** SQS's own limit, as sqsd posts it. */
const maxBodyBytes = 1024 * 1024;
const periodic = '/scheduled/';

/**
 * What Elastic Beanstalk's worker tier talks to. Its daemon (sqsd) takes a message of the environment's queue and POSTs
 * its body to `/messages`: 200 deletes the message, anything else lets it come again. A task of cron.yaml comes as a POST
 * to its own path, `/scheduled/<message type>`. Handlers are those of the SQS loop, and so is what their errors mean.
 */
export function createBeanstalkDoor(deps: BeanstalkDeps): RequestListener {
  const { queueUrls, sqs, signal, logger } = deps;
  const urlByName = new Map(Object.values(queueUrls).map((url) => [url.split('/').at(-1), url]));

  async function deliver(request: IncomingMessage, body: string): Promise<number> {
    const queueUrl = urlByName.get(header(request, 'x-aws-sqsd-queue'));
    if (queueUrl === undefined)
      throw new DomainError('forbidden', 'Only sqsd posts here, of a queue of ours.');
    const sendToDeadLetters = createDeadLetters(sqs, queueUrl);
    const delivered = await handleDelivery(
      {
        body,
        receives: Number(header(request, 'x-aws-sqsd-receive-count') || 1),
        toDeadLetters: (code, reason) => sendToDeadLetters({ Body: body }, code, reason),
      },
      deliveryRules,
      deps,
      signal,
    );
    if (delivered.kind === 'done') return 200;
    const isDown = delivered.kind === 'again' && isUnavailable(delivered.error);
    return delivered.kind === 'interrupted' || isDown ? 503 : 500;
  }

  return (request, response) => {
    const path = request.url ?? '/';
    const answer = async (): Promise<number> => {
      if (request.method === 'GET' && path === '/healthz') return 200;
      if (request.method !== 'POST') return 405;
      const task = path.startsWith(periodic) ? path.slice(periodic.length) : null;
      if (task === null && path !== '/messages') return 404;
      const body = await bodyOf(request);
      return deliver(request, task === null ? body : taskMessage(request, task));
    };
    answer().then(
      (status) => void response.writeHead(status).end(),
      (error: unknown) => {
        const status = error instanceof DomainError ? (error.code === 'too_large' ? 413 : 403) : 500;
        logger.warn({ err: error, path, status }, 'a request that sqsd cannot have made, or that failed');
        response.writeHead(status).end();
      },
    );
  };
}

const header = (request: IncomingMessage, name: string) => String(request.headers[name] ?? '');
const isUnavailable = (error: Error) => error instanceof DomainError && error.code === 'unavailable';

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new DomainError('too_large', `more than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The message a periodic task stands for, of every workspace; the same task's redelivery is the same message. */
function taskMessage(request: IncomingMessage, type: string): string {
  if (header(request, 'x-aws-sqsd-taskname') === '' || !(type in messages))
    throw new DomainError('forbidden', `${type} is no task of cron.yaml.`);
  const messageId = header(request, 'x-aws-sqsd-msgid');
  return JSON.stringify({
    id: /^[\da-f-]{36}$/.test(messageId) ? messageId : newId(),
    type: type as MessageType,
    version: 1,
    workspace: everyWorkspace,
    createdAt: new Date(header(request, 'x-aws-sqsd-scheduled-at') || Date.now()).toISOString(),
    payload: {},
  });
}
