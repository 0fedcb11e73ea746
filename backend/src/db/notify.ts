import { newId } from '@foretell/core/node/new-id';
import type { Transaction } from './database.ts';
import { memberships } from './people.ts';
import { notifications, type NotificationRow } from './work.ts';

export type Notice = Pick<NotificationRow, 'workspace' | 'source' | 'kind' | 'title' | 'body' | 'link'>;

/** One notification for each member of the workspace. `source` names the cause (a job's id …): a cause notifies once. */
export async function notify(tx: Transaction, notice: Notice): Promise<void> {
  const members = await tx.findBy(memberships, { workspace: notice.workspace });
  if (members.length === 0) return;
  const createdAt = new Date().toISOString();
  const rows = members.map(({ user }) => ({ ...notice, id: newId(), user, readAt: null, createdAt }));
  await tx.createQueryBuilder().insert().into(notifications).values(rows).orIgnore().execute();
}
