import { notificationTopic, topicOf } from '@foretell/core/contracts/notifications';
import { sha256Hex } from '@foretell/core/node/secret-token';
import { mails } from '../../db/mails.ts';
import { notify } from '../../db/notify.ts';
import { updateRows } from '../../db/rows.ts';
import { notifications, outbox } from '../../db/work.ts';
import { invite, signUp } from '../../testing/sample-workspace.ts';
import { startOfflineBackend } from '../../testing/start-offline-backend.ts';
import type { TestBackend } from '../../testing/start-test-backend.ts';

let backend: TestBackend;
beforeAll(async () => {
  backend = await startOfflineBackend();
});
afterAll(() => backend.stop());

const settingsOf = async (token: string) =>
  (await backend.client.call('getNotificationSettings', { token })).body as {
    email: string;
    topics: Record<string, { dashboard: boolean; email: boolean }>;
  };
const change = (token: string, topics: object) =>
  backend.client.call('changeNotificationSettings', { token, body: { topics } });
const tell = (workspace: string, kind: string, source = kind) =>
  backend.database.write((tx) =>
    notify(tx, { workspace, source, kind, title: kind, body: 'b', link: '/datasets/1' }),
  );
const both = { dashboard: true, email: true };

test('who chose nothing is told of what failed and what is ready in both ways', async () => {
  const { token, email } = await signUp(backend);
  const settings = await settingsOf(token);
  expect(settings.email).toBe(email);
  expect(Object.keys(settings.topics).toSorted()).toEqual([...notificationTopic.options].toSorted());
  expect(settings.topics).toMatchObject({
    'dataset.ready': both,
    failed: both,
    'dataset.updated': { dashboard: true, email: false },
    'online-features.published': { dashboard: true, email: false },
  });
});

test.each([
  ['training.failed', 'failed'],
  ['job.failed', 'failed'],
  ['dataset.ready', 'dataset.ready'],
  ['something.new', 'other'],
])('a notification of the kind %s is of the topic %s', (kind, topic) => {
  expect(topicOf(kind)).toBe(topic);
});

test('each member is told in the ways of their own choice', async () => {
  const owner = await signUp(backend);
  const viewer = await invite(backend, owner.token, 'viewer');
  await change(owner.token, { failed: { dashboard: true, email: false } });
  await change(viewer.token, { failed: { dashboard: false, email: true } });
  await tell(owner.workspace, 'training.failed');
  const { read } = backend.database;
  const where = { workspace: owner.workspace };
  expect((await read.findBy(notifications, where)).map(({ user }) => user)).toEqual([owner.user]);
  expect((await read.findBy(mails, where)).map(({ user }) => user)).toEqual([viewer.user]);
});

test('a change leaves the other topics as they were', async () => {
  const { token } = await signUp(backend);
  await change(token, { failed: { dashboard: false, email: false } });
  const { body } = await change(token, { other: { dashboard: false, email: true } });
  expect(body).toMatchObject({
    topics: {
      failed: { dashboard: false, email: false },
      other: { dashboard: false, email: true },
      'dataset.ready': both,
    },
  });
});

test('a topic that does not exist is refused by its name', async () => {
  const { token } = await signUp(backend);
  const answer = await change(token, { weather: both });
  expect([answer.status, JSON.stringify(answer.body)]).toEqual([422, expect.stringContaining('weather')]);
});

test('a cause that is told of again adds no mail and no message', async () => {
  const { workspace } = await signUp(backend);
  for (let i = 0; i < 3; i++) await tell(workspace, 'dataset.ready', 'job 1');
  expect(await backend.database.read.countBy(mails, { workspace })).toBe(1);
  expect(await backend.database.read.countBy(outbox, { workspace, queue: 'notifications' })).toBe(1);
});

test('the link in a mail ends mails of its topic, for its reader alone, and reading it changes nothing', async () => {
  const owner = await signUp(backend);
  const viewer = await invite(backend, owner.token, 'viewer');
  await tell(owner.workspace, 'dataset.ready');
  const token = 'fu_of-the-mail-that-the-viewer-got';
  await backend.database.write((tx) =>
    updateRows(tx, mails, { workspace: owner.workspace, user: viewer.user }, { tokenHash: sha256Hex(token) }),
  );
  const opened = await backend.client.call('openUnsubscription', { params: { token } });
  expect([opened.status, opened.headers['location']]).toEqual([302, `/unsubscribe/${token}`]);
  expect((await settingsOf(viewer.token)).topics['dataset.ready']).toEqual(both);
  const { status, body } = await backend.client.call('unsubscribe', { params: { token } });
  expect([status, body]).toEqual([200, { topic: 'dataset.ready' }]);
  expect((await settingsOf(viewer.token)).topics).toMatchObject({
    'dataset.ready': { dashboard: true, email: false },
    'training.done': both,
  });
  expect((await settingsOf(owner.token)).topics['dataset.ready']).toEqual(both);
});

test('a token of no mail is not found', async () => {
  const { status } = await backend.client.call('unsubscribe', {
    params: { token: 'fu_nobody-was-sent-this' },
  });
  expect(status).toBe(404);
});
