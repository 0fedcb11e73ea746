import {
  CancelStatementCommand,
  type DescribeStatementCommand,
  ExecuteStatementCommand,
  ValidationException,
  type StatusString,
} from '@aws-sdk/client-redshift-data';
import { createRedshift, type RedshiftStatement } from './redshift.ts';

interface Kept {
  id: string;
  status: StatusString;
  error?: string;
  createdAt: Date;
}

/** A Data API that keeps one statement a client token, as it is told to end. */
function createDataApi(before: Partial<Kept>[] = [], end: Partial<Kept> = { status: 'FINISHED' }) {
  const byToken = new Map<string, Kept>();
  const cancelled: string[] = [];
  const submitted: ExecuteStatementCommand['input'][] = [];
  function send(command: unknown): Promise<object> {
    if (command instanceof ExecuteStatementCommand) {
      const token = command.input.ClientToken ?? '';
      const earlier = before[byToken.size];
      const kept = byToken.get(token) ?? {
        id: `statement-${byToken.size + 1}`,
        status: 'STARTED',
        createdAt: new Date(),
        ...(earlier ?? end),
      };
      byToken.set(token, kept);
      submitted.push(command.input);
      return Promise.resolve({ Id: kept.id });
    }
    if (command instanceof CancelStatementCommand) {
      cancelled.push(command.input.Id ?? '');
      const message = 'Could not cancel a query that is over';
      return Promise.reject(new ValidationException({ message, $metadata: {} }));
    }
    const { Id } = (command as DescribeStatementCommand).input;
    const kept = [...byToken.values()].find(({ id }) => id === Id)!;
    return Promise.resolve({ Id, Status: kept.status, Error: kept.error, CreatedAt: kept.createdAt });
  }
  return { send: send as never, cancelled, submitted };
}

const settings = { cluster: 'shop', database: 'dev', unloadRole: 'arn:aws:iam::000000000000:role/r' };
const never = new AbortController().signal;
const statement: RedshiftStatement = {
  sql: 'SELECT 1',
  name: 'job 1',
  label: 'foretell-import-job-1',
  timeoutSeconds: 60,
  signal: never,
  cancelled: never,
};
const long = new Date(Date.now() - 60_000);

test('a statement logs in by its secret, and is the same one for whoever comes with its name', async () => {
  const api = createDataApi();
  const redshift = createRedshift(api, settings, 'the/secret');
  expect([await redshift.run(statement), await redshift.run(statement)]).toEqual([
    'statement-1',
    'statement-1',
  ]);
  expect(await redshift.run({ ...statement, sql: 'SELECT 2' })).toBe('statement-2');
  expect(await redshift.run({ ...statement, name: 'job 2' })).toBe('statement-3');
  expect(api.submitted[0]).toMatchObject({
    ClusterIdentifier: 'shop',
    Database: 'dev',
    SecretArn: 'the/secret',
    ClientToken: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});

test('what ended a statement before somebody came back is tried again if it passes, told if it does not', async () => {
  const passing = { status: 'FAILED', error: 'ERROR: 1023 Serializable isolation violation' } as const;
  const wrong = { status: 'FAILED', error: 'ERROR: relation "nowhere" does not exist' } as const;
  const api = createDataApi([
    { ...passing, createdAt: long },
    { status: 'ABORTED', createdAt: long },
  ]);
  expect(await createRedshift(api, settings, 's').run(statement)).toBe('statement-3');
  for (const end of [wrong, { ...wrong, createdAt: long }])
    await expect(createRedshift(createDataApi([], end), settings, 's').run(statement)).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ field: 'query', code: 'invalid_query' }],
    });
  for (const end of [passing, { status: 'ABORTED' } as const])
    await expect(createRedshift(createDataApi([], end), settings, 's').run(statement)).rejects.toMatchObject({
      code: 'unavailable',
    });
});

test('one that goes on is left after a while, and not ended', async () => {
  const api = createDataApi([], { status: 'STARTED' });
  expect(await createRedshift(api, settings, 's').runFor(150, statement)).toBeNull();
  expect(api.cancelled).toEqual([]);
  expect(api.submitted).toHaveLength(1);
});

test('one that takes too long since it was submitted is ended, whoever submitted it', async () => {
  const api = createDataApi([], { status: 'STARTED', createdAt: long });
  await expect(
    createRedshift(api, settings, 's').run({ ...statement, timeoutSeconds: 30 }),
  ).rejects.toMatchObject({ problems: [{ code: 'query_timeout' }] });
  expect(api.cancelled).toEqual(['statement-1']);
});

test('a cancelled job ends its statement; a worker that goes leaves it to the next', async () => {
  for (const isCancelled of [true, false]) {
    const stop = new AbortController();
    const api = createDataApi([], { status: 'STARTED' });
    const running = createRedshift(api, settings, 's').run({
      ...statement,
      signal: stop.signal,
      cancelled: isCancelled ? stop.signal : never,
    });
    setTimeout(() => stop.abort(new Error('stopped')), 150);
    await expect(running).rejects.toThrow('stopped');
    expect(api.cancelled).toEqual(isCancelled ? ['statement-1'] : []);
  }
});
