import { defaultChoices, topicOf, type NotificationChannels } from '@foretell/core/contracts/notifications';
import { newId } from '@foretell/core/node/new-id';
import { In } from 'typeorm';
import type { Transaction } from './database.ts';
import { mails, notificationSettings } from './mails.ts';
import { enqueueMessage } from './outbox.ts';
import { memberships } from './people.ts';
import { notifications, type NotificationRow } from './work.ts';

export type Notice = Pick<NotificationRow, 'workspace' | 'source' | 'kind' | 'title' | 'body' | 'link'>;

/**
 * Tells each member of the workspace, in the ways the member chose for the notice's topic. `source` names the cause (a
 * job's id …): a cause notifies once.
 */
export async function notify(tx: Transaction, notice: Notice): Promise<void> {
  const members = await membersWithChannels(tx, notice);
  const createdAt = new Date().toISOString();
  const rowsBy = (channel: keyof NotificationChannels) =>
    members
      .filter((member) => member.channels[channel])
      .map(({ user }) => ({ ...notice, id: newId(), user, createdAt }));
  const shown = rowsBy('dashboard').map((row) => ({ ...row, readAt: null }));
  if (shown.length > 0)
    await tx.createQueryBuilder().insert().into(notifications).values(shown).orIgnore().execute();
  await addMails(tx, notice.workspace, rowsBy('email'));
}

async function membersWithChannels(tx: Transaction, { workspace, kind }: Notice) {
  const topic = topicOf(kind);
  const chosen = await tx.findBy(notificationSettings, { workspace });
  const choicesOf = new Map(chosen.map(({ user, choices }) => [user, choices]));
  const members = await tx.findBy(memberships, { workspace });
  return members.map(({ user }) => ({
    user,
    channels: choicesOf.get(user)?.[topic] ?? defaultChoices[topic],
  }));
}

type Letter = Notice & { id: string; user: string; createdAt: string };

async function addMails(tx: Transaction, workspace: string, letters: Letter[]): Promise<void> {
  if (letters.length === 0) return;
  const rows = letters.map((letter) => ({ ...letter, tokenHash: null, claimedUntil: null, sentAt: null }));
  await tx.createQueryBuilder().insert().into(mails).values(rows).orIgnore().execute();
  // Those whose cause was told of before were ignored: there is nothing to send.
  const added = await tx.findBy(mails, { id: In(letters.map(({ id }) => id)) });
  for (const { id } of added) await enqueueMessage(tx, 'mail.send', workspace, { mail: id });
}
