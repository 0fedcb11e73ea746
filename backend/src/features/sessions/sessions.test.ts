import supertest from 'supertest';
import { newEmail, signUp } from '../../testing/sample-workspace.ts';
import { startOfflineBackend } from '../../testing/start-offline-backend.ts';
import type { TestBackend } from '../../testing/start-test-backend.ts';
import { sessions, users } from '../../db/people.ts';
import { signIns } from '../../db/tries.ts';
import { createLoginThrottle } from './login-throttle.ts';

let backend: TestBackend;
beforeAll(async () => {
  backend = await startOfflineBackend();
});
afterAll(() => backend.stop());

test('sign-up makes an account, a workspace and a session at once', async () => {
  const { token, user, workspace } = await signUp(backend, { workspace: '  Flights ✈ ' });
  const { body } = await backend.client.call('getMe', { token });
  expect(body).toMatchObject({
    user: { id: user },
    workspace: { id: workspace, name: 'Flights ✈', role: 'owner' },
    publicUrl: 'http://127.0.0.1:4001',
  });
});

test('neither password nor token is kept as it is', async () => {
  const { token, user, password } = await signUp(backend);
  const row = await backend.database.read.findOneByOrFail(users, { id: user });
  expect(row.passwordHash).toMatch(/^\$argon2id\$/);
  const kept = JSON.stringify([row, await backend.database.read.findBy(sessions, { user })]);
  expect(kept).not.toContain(password);
  expect(kept).not.toContain(token.slice(3));
});

test('an e-mail signs up once, however it is written, and two at once make one account', async () => {
  const email = newEmail();
  const body = (written: string) => ({ email: written, password: 'correct horse battery', workspace: 'W' });
  const answers = await Promise.all(
    [email, email.toUpperCase()].map((written) => backend.client.call('signUp', { body: body(written) })),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  expect((await backend.client.call('signUp', { body: body(email) })).body.errors[0].field).toBe('email');
});

test('sign-in opens a session; sign-out ends that one and no other', async () => {
  const { email, password, token } = await signUp(backend);
  const signedIn = await backend.client.call('signIn', { body: { email: email.toUpperCase(), password } });
  expect(signedIn.status).toBe(201);
  await backend.client.call('signOut', { token });
  expect((await backend.client.call('getMe', { token })).status).toBe(401);
  expect((await backend.client.call('getMe', { token: signedIn.body.token })).status).toBe(200);
});

test('a wrong password and an unknown e-mail are told apart by nothing', async () => {
  const { email } = await signUp(backend);
  const wrong = await backend.client.call('signIn', { body: { email, password: 'wrong' } });
  const unknown = await backend.client.call('signIn', { body: { email: newEmail(), password: 'wrong' } });
  const told = ({ body }: typeof wrong) => ({ ...body, requestId: '' });
  expect(wrong.status).toBe(401);
  expect(told(unknown)).toEqual(told(wrong));
});

test('after ten failures the account waits, and says how long', async () => {
  const { email, password } = await signUp(backend);
  for (let i = 0; i < 10; i++) await backend.client.call('signIn', { body: { email, password: 'wrong' } });
  const refused = await backend.client.call('signIn', { body: { email, password } });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(800);
});

test('the throttle forgets failures after a quarter of an hour, or when one succeeds', async () => {
  let now = 0;
  const throttle = createLoginThrottle(backend.database, () => new Date(now));
  const [one, other] = [newEmail(), newEmail()];
  const failTenTimes = async () => {
    for (let i = 0; i < 10; i++) await throttle.begin(one);
    await expect(throttle.begin(one)).rejects.toThrow('Too many failed sign-ins');
  };
  await failTenTimes();
  await throttle.begin(other);
  now = 15 * 60_000;
  await failTenTimes();
  await throttle.succeeded(one);
  await throttle.begin(one);
  expect(await backend.database.read.countBy(signIns, { until: '1970-01-01T00:15:00.000Z' })).toBe(0);
});

test('an expired session is over', async () => {
  const { token, user } = await signUp(backend);
  const past = '2020-01-01T00:00:00.000Z';
  await backend.database.write((tx) => tx.update(sessions, { user }, { expiresAt: past }));
  expect((await backend.client.call('getMe', { token })).status).toBe(401);
});

test('a user switches between workspaces, and only between their own', async () => {
  const { token } = await signUp(backend);
  const other = await signUp(backend);
  const made = await backend.client.call('createWorkspace', { token, body: { name: 'Second' } });
  const { id } = made.body;
  const switched = await backend.client.call('switchWorkspace', { token, params: { id } });
  const me = await backend.client.call('getMe', { token: switched.body.token });
  expect(me.body.workspace).toMatchObject({ id, name: 'Second' });
  expect(me.body.workspaces).toHaveLength(2);
  const params = { id: other.workspace };
  expect((await backend.client.call('switchWorkspace', { token, params })).status).toBe(404);
});

test.each([
  ['a short password', { email: 'a@example.com', password: 'short', workspace: 'W' }, 'password'],
  ['no e-mail', { email: 'nobody', password: 'correct horse battery', workspace: 'W' }, 'email'],
  ['no workspace', { email: 'a@example.com', password: 'correct horse battery' }, 'workspace'],
  [
    'a blank workspace',
    { email: 'a@example.com', password: 'correct horse battery', workspace: ' ' },
    'workspace',
  ],
  [
    'a field too many',
    { email: 'a@example.com', password: 'correct horse battery', workspace: 'W', admin: true },
    'body',
  ],
  [
    'an unknown invitation',
    { email: 'a@example.com', password: 'correct horse battery', invitation: 'x' },
    'invitation',
  ],
])('sign-up with %s is refused by naming the field', async (_, body, field) => {
  const { status, body: problem } = await backend.client.call('signUp', { body });
  expect([status, problem.errors[0].field]).toEqual([422, field]);
});

test('a body that is no JSON, no object or too large is refused, and the server goes on', async () => {
  const post = (body: string) =>
    supertest(backend.server).post('/api/sessions').set('content-type', 'application/json').send(body);
  expect((await post('{"email":')).status).toBe(422);
  expect((await post('[1]')).status).toBe(422);
  expect((await post('null')).status).toBe(422);
  expect((await post('')).status).toBe(422);
  const large = await fetch(
    `http://127.0.0.1:${(backend.server.address() as { port: number }).port}/api/signup`,
    {
      method: 'POST',
      body: JSON.stringify({ email: 'x'.repeat(10_000_000) }),
    },
  );
  expect([large.status, large.headers.get('content-type')]).toEqual([
    413,
    'application/problem+json; charset=utf-8',
  ]);
  expect(await large.json()).toMatchObject({ errors: [{ field: 'body', code: 'too_large' }] });
  expect((await backend.client.call('getHealth')).status).toBe(200);
});
