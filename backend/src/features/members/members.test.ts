import { invite, newEmail, signUp } from '../../testing/sample-workspace.ts';
import { startOfflineBackend } from '../../testing/start-offline-backend.ts';
import type { TestBackend } from '../../testing/start-test-backend.ts';
import { invitations } from '../../db/people.ts';

let backend: TestBackend;
beforeAll(async () => {
  backend = await startOfflineBackend();
});
afterAll(() => backend.stop());

const add = (token: string, email: string, role = 'editor') =>
  backend.client.call('addMember', { token, body: { email, role } });

test('somebody with an account becomes a member at once', async () => {
  const [owner, other] = [await signUp(backend), await signUp(backend)];
  const { body } = await add(owner.token, other.email);
  expect(body).toMatchObject({ member: { user: { id: other.user }, role: 'editor' }, invitation: null });
  expect((await add(owner.token, other.email)).status).toBe(409);
  const { body: me } = await backend.client.call('getMe', { token: other.token });
  expect(me.workspaces.map(({ id }: { id: string }) => id)).toContain(owner.workspace);
});

test('an invitation is taken once, by the e-mail it is for', async () => {
  const { token, workspace } = await signUp(backend);
  const email = newEmail();
  const { invitation } = (await add(token, email)).body;
  const accept = (who: string) => {
    const body = { email: who, password: 'correct horse battery', invitation: invitation.token };
    return backend.client.call('signUp', { body });
  };
  expect((await accept(newEmail())).status).toBe(422);
  const accepted = await accept(email);
  expect(accepted.body.workspace).toMatchObject({ id: workspace, role: 'editor' });
  expect((await accept(newEmail())).status).toBe(422);
  expect((await backend.client.call('listInvitations', { token })).body.items).toEqual([]);
});

test('an invitation that is withdrawn or expired lets nobody in', async () => {
  const { token } = await signUp(backend);
  const emails = [newEmail(), newEmail()];
  const made: { id: string; token: string }[] = [];
  for (const email of emails) made.push((await add(token, email)).body.invitation);
  await backend.client.call('withdrawInvitation', { token, params: { id: made[0]!.id } });
  const past = '2020-01-01T00:00:00.000Z';
  await backend.database.write((tx) => tx.update(invitations, { id: made[1]!.id }, { expiresAt: past }));
  for (const [i, email] of emails.entries()) {
    const body = { email, password: 'correct horse battery', invitation: made[i]!.token };
    expect((await backend.client.call('signUp', { body })).status).toBe(422);
  }
});

test('a change of role holds from the next request on', async () => {
  const { token } = await signUp(backend);
  const editor = await invite(backend, token, 'editor');
  const create = () => backend.client.call('createApiKey', { token: editor.token, body: { name: 'k' } });
  expect((await create()).status).toBe(201);
  await backend.client.call('changeMember', { token, params: { id: editor.user }, body: { role: 'viewer' } });
  expect((await create()).status).toBe(403);
});

test("a removed member's sessions are over", async () => {
  const { token } = await signUp(backend);
  const viewer = await invite(backend, token, 'viewer');
  await backend.client.call('removeMember', { token, params: { id: viewer.user } });
  expect((await backend.client.call('getMe', { token: viewer.token })).status).toBe(401);
  const signIn = { email: viewer.email, password: viewer.password };
  expect((await backend.client.call('signIn', { body: signIn })).status).toBe(403);
});

test('the last owner can neither leave nor step down', async () => {
  const { token, user } = await signUp(backend);
  const params = { id: user };
  expect((await backend.client.call('removeMember', { token, params })).status).toBe(409);
  expect(
    (await backend.client.call('changeMember', { token, params, body: { role: 'viewer' } })).status,
  ).toBe(409);
  await invite(backend, token, 'owner');
  expect(
    (await backend.client.call('changeMember', { token, params, body: { role: 'viewer' } })).status,
  ).toBe(200);
});

test('two owners who step down at once leave one of them', async () => {
  const first = await signUp(backend);
  const second = await invite(backend, first.token, 'owner');
  const answers = await Promise.all(
    [first, second].map(({ token, user }) =>
      backend.client.call('changeMember', { token, params: { id: user }, body: { role: 'viewer' } }),
    ),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
});

test('a team has the members that were put into it, each once', async () => {
  const { token, user } = await signUp(backend);
  const { id } = (await backend.client.call('createTeam', { token, body: { name: 'growth' } })).body;
  const same = await backend.client.call('createTeam', { token, body: { name: 'growth' } });
  expect(same.status).toBe(409);
  for (let i = 0; i < 2; i++) await backend.client.call('addTeamMember', { token, params: { id, user } });
  const { body } = await backend.client.call('listTeams', { token });
  expect(body.items).toMatchObject([{ id, name: 'growth', members: [user] }]);
  const stranger = await signUp(backend);
  const params = { id, user: stranger.user };
  expect((await backend.client.call('addTeamMember', { token, params })).status).toBe(404);
});

test('who did what is in the audit, newest first, and nothing secret is', async () => {
  const { token, user } = await signUp(backend);
  const { key } = (await backend.client.call('createApiKey', { token, body: { name: 'k' } })).body;
  const { body, text } = await backend.client.call('listAuditEvents', { token });
  expect(body.items.map(({ action }: { action: string }) => action)).toEqual([
    'api-key.created',
    'workspace.created',
  ]);
  expect(body.items[0]).toMatchObject({ actor: user, detail: { name: 'k' } });
  expect(text).not.toContain(key.split('_')[2]);
});
