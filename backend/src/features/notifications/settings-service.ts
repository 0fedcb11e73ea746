import {
  defaultChoices,
  notificationTopic,
  topicOf,
  type NotificationChoices,
} from '@foretell/core/contracts/notifications';
import { DomainError } from '@foretell/core/domain/errors';
import { sha256Hex } from '@foretell/core/node/secret-token';
import type { Database, Transaction } from '../../db/database.ts';
import { mails, notificationSettings } from '../../db/mails.ts';
import { memberships } from '../../db/people.ts';
import { insertRows, lockRow, updateRows } from '../../db/rows.ts';
import type { Caller } from '../../http/route.ts';

type Choices = Partial<NotificationChoices>;
interface Place {
  workspace: string;
  user: string;
}

const complete = (choices: Choices): NotificationChoices => ({ ...defaultChoices, ...choices });

/** What each member of a workspace is told of, and how. */
export function createNotificationSettings(database: Database) {
  async function change(tx: Transaction, { workspace, user }: Place, changed: Choices): Promise<Choices> {
    // Two changes at once: the second sees what the first made of the row, which may not exist yet.
    await lockRow(tx, memberships, { workspace, user });
    const row = await tx.findOneBy(notificationSettings, { workspace, user });
    const choices = { ...row?.choices, ...changed };
    const updatedAt = new Date().toISOString();
    if (row) await updateRows(tx, notificationSettings, { workspace, user }, { choices, updatedAt });
    else await insertRows(tx, notificationSettings, { workspace, user, choices, updatedAt });
    return choices;
  }

  const shown = ({ user }: Caller, choices: Choices) => ({ email: user.email, topics: complete(choices) });

  return {
    async get(caller: Caller) {
      const mine = { workspace: caller.workspace, user: caller.user.id };
      const row = await database.read.findOneBy(notificationSettings, mine);
      return shown(caller, row?.choices ?? {});
    },

    async change(caller: Caller, topics: Choices) {
      const mine = { workspace: caller.workspace, user: caller.user.id };
      const named = notificationTopic.options.flatMap((topic) =>
        topics[topic] ? [[topic, topics[topic]] as const] : [],
      );
      return shown(caller, await database.write((tx) => change(tx, mine, Object.fromEntries(named))));
    },

    /** No more mails of the topic that the mail with this token is of. Whoever holds the mail may say so. */
    unsubscribe: (token: string) =>
      database.write(async (tx) => {
        const mail = await tx.findOneBy(mails, { tokenHash: sha256Hex(token) });
        if (!mail) throw new DomainError('not_found', 'This link is of no mail that was sent lately.');
        const topic = topicOf(mail.kind);
        const row = await tx.findOneBy(notificationSettings, { workspace: mail.workspace, user: mail.user });
        const { dashboard } = complete(row?.choices ?? {})[topic];
        await change(tx, mail, { [topic]: { dashboard, email: false } });
        return { topic };
      }),
  };
}
export type NotificationSettings = ReturnType<typeof createNotificationSettings>;
