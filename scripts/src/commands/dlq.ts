import { parseArgs } from 'node:util';
import { SQSClient } from '@aws-sdk/client-sqs';
import { queueNames, type QueueName } from '@foretell/core/contracts/messages';
import { environmentNamed } from '@foretell/infra/environment-rules';
import { environments } from '@foretell/infra/environments';
import { clientConfig } from '@foretell/local/resources';
import { openDeadLetters, type DeadLetter } from '../dead-letters/dead-letters.ts';
import { renderLetters, renderQueues } from '../dead-letters/render-dead-letters.ts';

const usage = `dlq ENV list                        how many dead letters each queue has, and why
dlq ENV show QUEUE                  each of a queue's, with its cause and body
dlq ENV redrive QUEUE [--id ID …]   back to their queue, all or those named: once their cause is mended
ENV is an environment, or empty for the platform of \`make dev\`. --json prints JSON, --limit N reads at most N (200) a queue.`;

/** Where \`make dev\` has its AWS. */
const laptop = 'http://127.0.0.1:4566';

const options = {
  json: { type: 'boolean', default: false },
  limit: { type: 'string', default: '200' },
  id: { type: 'string', multiple: true },
  endpoint: { type: 'string', default: laptop },
} as const;

function wrong(message: string): never {
  throw new Error(`${message}\n${usage}`);
}

function queueNamed(name: string | undefined): QueueName {
  const found = queueNames.find((queue) => queue === name);
  return found ?? wrong(`"${name ?? ''}" is no queue: there are ${queueNames.join(', ')}.`);
}

/** The client that reaches an environment's queues, and how their names begin there. */
function reach(env: string, endpoint: string): { sqs: SQSClient; prefix: string } {
  if (env === '') return { sqs: new SQSClient(clientConfig(endpoint)), prefix: '' };
  const { name, region } = environmentNamed(environments, env);
  return { sqs: new SQSClient({ region }), prefix: `foretell-${name}-` };
}

/** `dlq ENV list | show QUEUE | redrive QUEUE`: messages that could not be handled. Exits 1 when an id is not found. */
export async function dlq([env = '', ...args]: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const { json, id: ids, endpoint } = values;
  const limit = Number(values.limit);
  if (!Number.isInteger(limit) || limit < 1)
    wrong(`--limit must be a whole number from 1, not ${values.limit}.`);
  const [verb = 'list', queue] = positionals;
  const { sqs, prefix } = reach(env, endpoint);
  const print = (value: unknown, text: string) => console.log(json ? JSON.stringify(value, null, 2) : text);
  const open = (name: QueueName) => openDeadLetters(sqs, `${prefix}${name}`);
  try {
    switch (verb) {
      case 'list': {
        const read = async (name: QueueName) => [name, await (await open(name)).read(limit)] as const;
        const found = new Map<QueueName, DeadLetter[]>(await Promise.all(queueNames.map(read)));
        const counts = [...found].map(([name, letters]) => ({ queue: name, dead: letters.length, letters }));
        print(counts, renderQueues(found, limit));
        return 0;
      }
      case 'show': {
        const letters = await (await open(queueNamed(queue))).read(limit);
        print(letters, letters.length === 0 ? 'No dead letters.' : renderLetters(letters));
        return 0;
      }
      case 'redrive': {
        const isMeant = ({ id }: DeadLetter) => ids === undefined || ids.includes(id);
        const moved = await (await open(queueNamed(queue))).redrive(limit, isMeant);
        const missed = (ids ?? []).filter((id) => !moved.some((letter) => letter.id === id));
        print({ moved, missed }, `${moved.length} moved back to ${queue ?? ''}.`);
        if (missed.length > 0)
          console.error(`Not among the dead letters of ${queue ?? ''}: ${missed.join(', ')}.`);
        return missed.length > 0 ? 1 : 0;
      }
      default:
        return wrong(`There is no "${verb}".`);
    }
  } finally {
    sqs.destroy();
  }
}
