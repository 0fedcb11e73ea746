import {
  notificationSettings,
  notificationSettingsChange,
  notificationTopic,
} from '@foretell/core/contracts/notifications';
import { z } from 'zod';
import { route, streamRoute, type Route } from '../../http/route.ts';
import type { NotificationSettings } from './settings-service.ts';

const tag = 'notifications';
const byToken = z.object({ token: z.string().min(20).max(100) });
const unsubscribed = z.object({ topic: notificationTopic }).meta({ id: 'Unsubscribed' });

export function notificationSettingsRoutes(settings: NotificationSettings): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/notification-settings',
      operationId: 'getNotificationSettings',
      summary: 'What the user is told of in this workspace: in the dashboard, by e-mail',
      tag,
      access: 'viewer',
      success: { status: 200, description: 'Every topic', body: notificationSettings },
      handle: ({ caller }) => settings.get(caller),
    }),
    route({
      method: 'patch',
      path: '/api/notification-settings',
      operationId: 'changeNotificationSettings',
      summary: 'Choose the ways of some topics; the others stay as they are',
      tag,
      access: 'viewer',
      body: notificationSettingsChange,
      success: { status: 200, description: 'Every topic', body: notificationSettings },
      handle: ({ caller, body }) => settings.change(caller, body.topics),
    }),
    route({
      method: 'post',
      path: '/api/unsubscriptions/{token}',
      operationId: 'unsubscribe',
      summary:
        "No more mails of a mail's topic, by the link in it; a body is not read (RFC 8058's one click)",
      tag,
      access: 'public',
      params: byToken,
      success: { status: 200, description: 'Which topic it was', body: unsubscribed },
      handle: ({ params }) => settings.unsubscribe(params.token),
    }),
    streamRoute({
      method: 'get',
      path: '/api/unsubscriptions/{token}',
      operationId: 'openUnsubscription',
      summary: 'Leads to the page that asks: reading a link changes nothing',
      tag,
      access: 'public',
      params: byToken,
      success: { status: 302, description: 'The page' },
      stream: (_, request, response) => {
        const page = `/unsubscribe/${encodeURIComponent(String(request.params['token']))}`;
        response.status(302).location(page).end();
        return Promise.resolve();
      },
    }),
  ];
}
