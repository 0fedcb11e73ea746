import { job, page, pageQuery } from '@foretell/core/contracts/control-api';
import type { Database } from '../../db/database.ts';
import { pageOf } from '../../db/rows.ts';
import { jobs } from '../../db/work.ts';
import { route, type Route } from '../../http/route.ts';
import { owned } from '../owned.ts';
import { byId } from '../path-params.ts';
import { shownJob } from './new-job.ts';

const tag = 'jobs';

export function jobRoutes(database: Database): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/jobs',
      operationId: 'listJobs',
      summary: 'What runs in the background, and what ran',
      tag,
      access: 'viewer',
      query: pageQuery,
      success: { status: 200, description: 'One page', body: page(job) },
      handle: async ({ caller: { workspace }, query }) => {
        const { items, nextCursor } = await pageOf(database.read, jobs, { workspace }, query);
        return { items: items.map(shownJob), nextCursor };
      },
    }),
    route({
      method: 'get',
      path: '/api/jobs/{id}',
      operationId: 'getJob',
      summary: 'One job, with its progress and figures as they come',
      tag,
      access: 'viewer',
      params: byId,
      success: { status: 200, description: 'The job', body: job },
      handle: async ({ caller, params }) =>
        shownJob(owned(await database.read.findOneBy(jobs, { id: params.id }), caller.workspace, 'job')),
    }),
  ];
}
