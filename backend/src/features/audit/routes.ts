import { auditEvent } from '@foretell/core/contracts/control-api/audit';
import { page, pageQuery } from '@foretell/core/contracts/control-api/pages';
import type { Database } from '../../db/database.ts';
import { pageOf } from '../../db/rows.ts';
import { auditEvents } from '../../db/work.ts';
import { route, type Route } from '../../http/route.ts';

export function auditRoutes(database: Database): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/audit',
      operationId: 'listAuditEvents',
      summary: 'Who did what in the workspace',
      tag: 'audit',
      access: 'viewer',
      query: pageQuery,
      success: { status: 200, description: 'One page', body: page(auditEvent) },
      handle: async ({ caller: { workspace }, query }) => {
        const { items, nextCursor } = await pageOf(database.read, auditEvents, { workspace }, query);
        return { items: items.map(({ workspace: _, ...event }) => event), nextCursor };
      },
    }),
  ];
}
