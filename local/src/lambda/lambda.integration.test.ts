import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { startLocalAws, type TestAws } from '../testing/local-aws.ts';

const functionCode = `
let calls = 0;
export async function handler(event) {
  if (event.do === 'throw') throw new TypeError('no such column');
  if (event.do === 'crash') process.kill(process.pid, 'SIGKILL');
  if (event.do === 'exit') process.exit(3);
  return { echo: event.text, calls: ++calls, bucket: process.env.LAKE_BUCKET };
}`;

let aws: TestAws;
let client: LambdaClient;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'foretell-function-'));
  const functionEntry = join(dir, 'function.mjs');
  await writeFile(functionEntry, functionCode);
  aws = await startLocalAws({ functionEntry });
  Object.assign(process.env, aws.environment);
  client = new LambdaClient({});
});
afterAll(async () => {
  await aws.stop();
  await rm(dir, { recursive: true, force: true });
});

async function invoke(event: object, FunctionName = aws.environment['SAMPLE_FUNCTION']) {
  const { StatusCode, FunctionError, Payload } = await client.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  );
  return { StatusCode, FunctionError, answer: JSON.parse(new TextDecoder().decode(Payload)) as unknown };
}

test('a function is given the event and its environment, and each invocation is on its own', async () => {
  const [a, b] = await Promise.all([invoke({ text: 'ü' }), invoke({ text: 'b' })]);
  const expected = { StatusCode: 200, FunctionError: undefined };
  expect(a).toEqual({ ...expected, answer: { echo: 'ü', calls: 1, bucket: aws.resources.bucket } });
  expect(b).toEqual({ ...expected, answer: { echo: 'b', calls: 1, bucket: aws.resources.bucket } });
});

test.each([
  ['throws', { do: 'throw' }, { errorType: 'TypeError', errorMessage: 'no such column' }],
  ['is killed', { do: 'crash' }, { errorMessage: 'Runtime exited with SIGKILL' }],
  ['exits', { do: 'exit' }, { errorMessage: 'Runtime exited with status 3' }],
])('a function that %s is a function error, and the next call is answered', async (_, event, error) => {
  const failed = await invoke(event);
  expect(failed).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', answer: error });
  expect((await invoke({ text: 'next' })).FunctionError).toBeUndefined();
});

test('an unknown function is not found', async () => {
  await expect(invoke({}, 'nobody')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
