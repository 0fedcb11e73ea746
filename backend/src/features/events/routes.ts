import { z } from 'zod';
import { streamRoute, type Route } from '../../http/route.ts';
import type { EventHub } from './hub.ts';

const heartbeatMs = 15_000;
/** Then the client connects anew, and its session is looked at again. */
const maxMs = 10 * 60_000;

export function eventRoutes(hub: EventHub): Route[] {
  return [
    streamRoute({
      method: 'get',
      path: '/api/events',
      operationId: 'streamEvents',
      summary: 'Server-sent events: `job` with a Job, `notification` with a Notification, as they change',
      tag: 'events',
      access: 'viewer',
      success: { status: 200, description: 'A stream', body: z.string(), contentType: 'text/event-stream' },
      problems: [429],
      stream: ({ workspace, user }, request, response) => {
        const stop = hub.listen({
          workspace,
          user: user.id,
          send: ({ event, data }) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
        });
        response.writeHead(200, {
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        response.write('retry: 2000\n\n');
        const heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs);
        const end = setTimeout(() => response.end(), maxMs);
        return new Promise((resolve) => {
          response.on('close', () => {
            clearInterval(heartbeat);
            clearTimeout(end);
            stop();
            resolve();
          });
        });
      },
    }),
  ];
}
