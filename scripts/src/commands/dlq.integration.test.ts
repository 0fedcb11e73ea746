import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { jest } from '@jest/globals';
import { newId } from '@foretell/core/node/new-id';
import { clientConfig } from '@foretell/local/resources';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { dlq } from './dlq.ts';

let aws: Awaited<ReturnType<typeof startAwsWithResources>>;
let endpoint: string;
let sqs: SQSClient;
beforeAll(async () => {
  aws = await startAwsWithResources();
  endpoint = aws.environment['AWS_ENDPOINT_URL']!;
  sqs = new SQSClient(clientConfig(endpoint));
});
afterAll(async () => {
  sqs.destroy();
  await aws.stop();
});

const job = newId();
const workspace = newId();
const training = JSON.stringify({
  id: newId(),
  type: 'training.run',
  version: 1,
  workspace,
  createdAt: new Date().toISOString(),
  payload: { job, model: newId(), training: newId() },
});

async function run(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const [log, error] = [jest.spyOn(console, 'log'), jest.spyOn(console, 'error')];
  for (const spy of [log, error]) spy.mockImplementation(() => undefined);
  try {
    const status = await dlq(['', ...args, '--endpoint', endpoint]);
    const text = (spy: typeof log) => spy.mock.calls.map(([line]) => String(line)).join('\n');
    return { status, out: text(log), err: text(error) };
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
}

async function send(body: string, attributes: Record<string, string> = {}): Promise<string> {
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
  const QueueUrl = aws.resources.deadLetterUrls.trainings;
  const { MessageId } = await sqs.send(
    new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes }),
  );
  return MessageId!;
}

test('dead letters are counted, shown with their cause, and sent back: one by its id, then the rest', async () => {
  const abandoned = await send(training);
  const invalid = await send('{"no": "message"}', { code: 'invalid', reason: 'type: is unknown' });

  const listed = await run('list');
  expect(listed.status).toBe(0);
  expect(listed.out).toMatch(/^trainings +2 {2}oldest .*, abandoned: 1, invalid: 1$/m);
  expect(listed.out).toMatch(/^imports +0$/m);

  const shown = JSON.parse((await run('show', 'trainings', '--json')).out);
  expect(shown).toEqual([
    expect.objectContaining({ id: abandoned, type: 'training.run', job, workspace, body: training }),
    expect.objectContaining({ id: invalid, type: null, code: 'invalid', reason: 'type: is unknown' }),
  ]);
  expect((await run('show', 'trainings')).out).toContain(`job ${job}`);

  const unknown = await run('redrive', 'trainings', '--id', newId());
  expect([unknown.status, unknown.out]).toEqual([1, '0 moved back to trainings.']);
  expect(unknown.err).toContain('Not among the dead letters');

  expect((await run('redrive', 'trainings', '--id', abandoned)).out).toBe('1 moved back to trainings.');
  const receive = new ReceiveMessageCommand({
    QueueUrl: aws.resources.queueUrls.trainings,
    WaitTimeSeconds: 1,
  });
  expect((await sqs.send(receive)).Messages?.map(({ Body }) => Body)).toEqual([training]);
  expect(JSON.parse((await run('show', 'trainings', '--json')).out)).toHaveLength(1);

  expect((await run('redrive', 'trainings')).out).toBe('1 moved back to trainings.');
  expect((await run('show', 'trainings')).out).toBe('No dead letters.');
});

test.each([
  ['a queue that is none', ['show', 'nothing'], /"nothing" is no queue: there are imports,/],
  ['a verb that is none', ['purge'], /There is no "purge"/],
  ['a limit that is none', ['list', '--limit', 'all'], /--limit must be a whole number from 1, not all/],
])('%s is refused by saying what there is', async (_, args, message) => {
  await expect(run(...args)).rejects.toThrow(message);
});
