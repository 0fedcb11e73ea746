import { DomainError } from '@foretell/core/domain/errors';
import { z } from 'zod';
import type { Database } from '../../db/database.ts';
import { workspaces } from '../../db/people.ts';
import { route, type Route } from '../../http/route.ts';

const status = z.object({ status: z.literal('ok') });

export function healthRoutes(database: Database): Route[] {
  return [
    route({
      method: 'get',
      path: '/healthz',
      operationId: 'getHealth',
      summary: 'Whether the process is alive',
      tag: 'health',
      access: 'public',
      success: { status: 200, description: 'Alive', body: status },
      handle: () => Promise.resolve({ status: 'ok' as const }),
    }),
    route({
      method: 'get',
      path: '/readyz',
      operationId: 'getReadiness',
      summary: 'Whether the process can serve: the database answers and has its tables',
      tag: 'health',
      access: 'public',
      success: { status: 200, description: 'Ready', body: status },
      problems: [503],
      handle: async () => {
        try {
          await database.read.find(workspaces, { take: 1 });
        } catch (cause) {
          throw new DomainError('unavailable', 'The database does not answer.', {
            cause,
            retryAfterSeconds: 5,
          });
        }
        return { status: 'ok' as const };
      },
    }),
  ];
}
