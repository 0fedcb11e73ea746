import type { Database } from '@foretell/backend/db/database';
import { notify } from '@foretell/backend/db/notify';
import type { Handler } from '../runtime/handler.ts';

/** `notification.send`: one notification for each member of the workspace; the message again adds none. */
export function createNotificationHandler(database: Database): Handler<'notification.send'> {
  return async ({ id: source, workspace, payload: { kind, title, body, link = null } }) => {
    await database.write((tx) => notify(tx, { workspace, source, kind, title, body, link }));
  };
}
