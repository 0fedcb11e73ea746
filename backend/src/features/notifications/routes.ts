import { notification, notificationsReadRequest } from '@foretell/core/contracts/control-api/notifications';
import { page, pageQuery } from '@foretell/core/contracts/control-api/pages';
import { In, IsNull } from 'typeorm';
import { z } from 'zod';
import type { Database } from '../../db/database.ts';
import { pageOf, updateRows } from '../../db/rows.ts';
import { notifications, type NotificationRow } from '../../db/work.ts';
import { route, type Route } from '../../http/route.ts';

export const shownNotification = (row: NotificationRow) => ({
  id: row.id,
  kind: row.kind,
  title: row.title,
  body: row.body,
  link: row.link,
  readAt: row.readAt,
  createdAt: row.createdAt,
});

const tag = 'notifications';

export function notificationRoutes(database: Database): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/notifications',
      operationId: 'listNotifications',
      summary: "The user's notifications in this workspace, and how many are unread",
      tag,
      access: 'viewer',
      query: pageQuery,
      success: { status: 200, description: 'One page', body: page(notification).extend({ unread: z.int() }) },
      handle: async ({ caller, query }) => {
        const mine = { workspace: caller.workspace, user: caller.user.id };
        const { items, nextCursor } = await pageOf(database.read, notifications, mine, query);
        const unread = await database.read.countBy(notifications, { ...mine, readAt: IsNull() });
        return { items: items.map(shownNotification), nextCursor, unread };
      },
    }),
    route({
      method: 'post',
      path: '/api/notifications/read',
      operationId: 'markNotificationsRead',
      summary: 'Mark notifications read: those named, or all',
      tag,
      access: 'viewer',
      body: notificationsReadRequest,
      success: { status: 204, description: 'Marked' },
      handle: async ({ caller, body }) => {
        const mine = { workspace: caller.workspace, user: caller.user.id, readAt: IsNull() };
        const which = body.ids ? { ...mine, id: In(body.ids) } : mine;
        const change = { readAt: new Date().toISOString() };
        await database.write((tx) => updateRows(tx, notifications, which, change));
      },
    }),
  ];
}
