import { newId } from '@foretell/core/node/new-id';
import { createJobProgress } from '../../db/job-progress.ts';
import { notify } from '../../db/notify.ts';
import { signUp } from '../../testing/sample-workspace.ts';
import { startOfflineBackend } from '../../testing/start-offline-backend.ts';
import type { TestBackend } from '../../testing/start-test-backend.ts';
import { addJob } from '../../db/add-job.ts';

let backend: TestBackend;
beforeAll(async () => {
  backend = await startOfflineBackend();
});
afterAll(() => backend.stop());

interface Event {
  event: string;
  data: { id: string; status?: string; progress?: number; title?: string };
}

/** Opens the stream and answers how to read its next event. */
async function listen(token: string) {
  const stopping = new AbortController();
  const { port } = backend.server.address() as { port: number };
  const response = await fetch(`http://127.0.0.1:${port}/api/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: stopping.signal,
  });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const timer = setTimeout(() => stopping.abort(), 60_000);
  let text = '';
  return {
    response,
    async next(): Promise<Event> {
      for (;;) {
        const [, event, data, rest] = /event: (\w+)\ndata: (.*)\n\n([^]*)/.exec(text) ?? [];
        if (event !== undefined && data !== undefined) {
          text = rest ?? '';
          return { event, data: JSON.parse(data) };
        }
        const { value, done } = await reader.read();
        if (done) throw new Error(`the stream ended after ${text}`);
        text += value;
      }
    },
    stop() {
      clearTimeout(timer);
      stopping.abort();
    },
  };
}

const training = () => {
  const model = newId();
  return { subject: { kind: 'model' as const, id: model }, payload: { model, training: newId() } };
};

test("a job's progress and its notification arrive as they happen, each once", async () => {
  const { token, workspace } = await signUp(backend);
  const stream = await listen(token);
  expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
  const { subject, payload } = training();
  const { id } = await backend.database.write((tx) =>
    addJob(tx, workspace, 'training.run', subject, payload),
  );
  expect(await stream.next()).toMatchObject({ event: 'job', data: { id, status: 'queued' } });
  const progress = createJobProgress(backend.database);
  await progress.reportProgress(id, 'training', 0.5);
  expect(await stream.next()).toMatchObject({ event: 'job', data: { id, status: 'running', progress: 0.5 } });
  const notice = { workspace, source: id, kind: 'model.trained', title: 'Trained', body: 'b', link: null };
  await progress.succeedJob(id, (tx) => notify(tx, notice));
  expect(await stream.next()).toMatchObject({ event: 'job', data: { id, status: 'succeeded' } });
  expect(await stream.next()).toMatchObject({ event: 'notification', data: { title: 'Trained' } });
  stream.stop();
});

test("nothing of another workspace, and no other user's notification, is ever sent", async () => {
  const [mine, other] = [await signUp(backend), await signUp(backend)];
  const stream = await listen(mine.token);
  const { subject, payload } = training();
  const add = (workspace: string) =>
    backend.database.write((tx) => addJob(tx, workspace, 'training.run', subject, payload));
  await add(other.workspace);
  const notice = {
    source: 's',
    kind: 'k',
    title: 'Theirs',
    body: 'b',
    link: null,
    workspace: other.workspace,
  };
  await backend.database.write((tx) => notify(tx, notice));
  const { id } = await add(mine.workspace);
  expect((await stream.next()).data.id).toBe(id);
  stream.stop();
});

test('two listeners of a workspace are both told', async () => {
  const { token, workspace } = await signUp(backend);
  const streams = [await listen(token), await listen(token)];
  const { subject, payload } = training();
  const { id } = await backend.database.write((tx) =>
    addJob(tx, workspace, 'training.run', subject, payload),
  );
  for (const stream of streams) {
    expect((await stream.next()).data.id).toBe(id);
    stream.stop();
  }
});

test('a user has twenty streams at most, and another one once one of them ends', async () => {
  const { token } = await signUp(backend);
  const streams = [];
  for (let i = 0; i < 20; i++) streams.push(await listen(token));
  const refused = await listen(token);
  expect([refused.response.status, refused.response.headers.get('retry-after')]).toEqual([429, '10']);
  const stranger = await listen((await signUp(backend)).token);
  expect(stranger.response.status).toBe(200);
  streams.pop()?.stop();
  let again = await listen(token);
  while (again.response.status === 429) {
    again.stop();
    again = await listen(token);
  }
  expect(again.response.status).toBe(200);
  for (const stream of [...streams, refused, stranger, again]) stream.stop();
});

test('notifications are counted until they are read, those named or all', async () => {
  const { token, workspace } = await signUp(backend);
  for (const source of ['a', 'b', 'c']) {
    const notice = { workspace, source, kind: 'k', title: source, body: 'b', link: null };
    await backend.database.write((tx) => notify(tx, notice));
  }
  const list = async () => (await backend.client.call('listNotifications', { token })).body;
  const { items, unread } = await list();
  expect([unread, items.map(({ title }: { title: string }) => title)]).toEqual([3, ['c', 'b', 'a']]);
  await backend.client.call('markNotificationsRead', { token, body: { ids: [items[0].id] } });
  expect(await list()).toMatchObject({
    unread: 2,
    items: [{ readAt: expect.any(String) }, { readAt: null }, {}],
  });
  const stranger = await signUp(backend);
  await backend.client.call('markNotificationsRead', { token: stranger.token, body: { ids: [items[1].id] } });
  expect((await list()).unread).toBe(2);
  await backend.client.call('markNotificationsRead', { token, body: {} });
  expect((await list()).unread).toBe(0);
});
