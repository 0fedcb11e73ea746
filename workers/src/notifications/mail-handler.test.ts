import { mails } from '@foretell/backend/db/mails';
import { notify } from '@foretell/backend/db/notify';
import { memberships, users, workspaces } from '@foretell/backend/db/people';
import { insertRows } from '@foretell/backend/db/rows';
import { outbox } from '@foretell/backend/db/work';
import { DomainError } from '@foretell/core/domain/errors';
import { createLogger } from '@foretell/core/node/logger';
import { newId } from '@foretell/core/node/new-id';
import { sha256Hex } from '@foretell/core/node/secret-token';
import { parseMessage } from '../runtime/dispatch.ts';
import type { Handler } from '../runtime/handler.ts';
import { startTestDatabase, type TestDatabase } from '../testing/database.ts';
import type { Mail } from './compose-mail.ts';
import { createMailHandler } from './mail-handler.ts';

type MailMessage = Parameters<Handler<'mail.send'>>[0];

let control: TestDatabase;
beforeAll(async () => {
  control = await startTestDatabase();
});
afterAll(() => control.stop());

const context = { logger: createLogger('test', 'error'), signal: new AbortController().signal };

/** A workspace of one member, told of something by one mail: its message, and all that SES was given since. */
async function toldMember() {
  const [workspace, user] = [newId(), newId()];
  const createdAt = new Date().toISOString();
  const email = `${user}@example.com`;
  await control.database.write(async (tx) => {
    await insertRows(tx, workspaces, { id: workspace, name: 'Shop', createdAt });
    await insertRows(tx, users, { id: user, email, passwordHash: 'x', createdAt });
    await insertRows(tx, memberships, { workspace, user, role: 'owner', createdAt });
  });
  const notice = {
    workspace,
    source: 's',
    kind: 'dataset.ready',
    title: 'Ready',
    body: 'b',
    link: '/datasets/1',
  };
  // The cause comes twice: one mail, one message.
  for (const _ of [1, 2]) await control.database.write((tx) => notify(tx, notice));
  const [row, ...others] = await control.database.read.findBy(outbox, { workspace });
  expect(others).toEqual([]);
  return { workspace, user, email, message: parseMessage(row!.body!) as MailMessage };
}

function post(options: { failFirst?: Error; now?: () => number; during?: () => Promise<void> } = {}) {
  const sent: Mail[] = [];
  let { failFirst } = options;
  const handle = createMailHandler({
    database: control.database,
    dashboardUrl: 'http://127.0.0.1:4000',
    now: options.now ?? Date.now,
    async sendMail(mail) {
      const error = failFirst;
      failFirst = undefined;
      if (error) throw error;
      sent.push(mail);
      await options.during?.();
      return 'ses-id';
    },
  });
  return { sent, handle: (message: MailMessage) => handle(message, context) };
}

test('a mail is sent once, however often its message comes', async () => {
  const { message, email } = await toldMember();
  const { sent, handle } = post();
  for (const _ of [1, 2, 3]) await handle(message);
  expect(sent.map(({ to, subject }) => [to, subject])).toEqual([[email, 'Ready']]);
  const row = await control.database.read.findOneByOrFail(mails, { id: message.payload.mail });
  const token = /unsubscribe\/(fu_[\w-]+)/.exec(sent[0]!.text)?.[1];
  expect(row).toMatchObject({ sentAt: expect.any(String), tokenHash: sha256Hex(token!) });
});

test('a delivery that comes while another is being sent waits instead of sending it too', async () => {
  const { message } = await toldMember();
  const second = post();
  const first = post({
    during: () => expect(second.handle(message)).rejects.toMatchObject({ code: 'unavailable' }),
  });
  await first.handle(message);
  expect([first.sent.length, second.sent.length]).toEqual([1, 0]);
});

test('what SES did not take is sent when the message comes again', async () => {
  const { message } = await toldMember();
  const { sent, handle } = post({ failFirst: new DomainError('unavailable', 'too many mails at once') });
  await expect(handle(message)).rejects.toMatchObject({ code: 'unavailable' });
  await handle(message);
  expect(sent).toHaveLength(1);
});

test('a mail whose worker died with it is sent by another, a minute later', async () => {
  const { message } = await toldMember();
  const died = post({ during: () => new Promise(() => undefined) });
  void died.handle(message);
  while (died.sent.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await expect(post().handle(message)).rejects.toMatchObject({ code: 'unavailable' });
  const later = post({ now: () => Date.now() + 61_000 });
  await later.handle(message);
  expect(later.sent).toHaveLength(1);
});

test('whoever has left the workspace gets no mail of it', async () => {
  const { message, workspace, user } = await toldMember();
  await control.database.write((tx) => tx.delete(memberships, { workspace, user }));
  const { sent, handle } = post();
  await handle(message);
  expect(sent).toEqual([]);
});
