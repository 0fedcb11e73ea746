import { job, jobsQuery } from '@foretell/core/contracts/control-api/jobs';
import { page } from '@foretell/core/contracts/control-api/pages';
import { route, type Route } from '../../http/route.ts';
import { byId } from '../path-params.ts';
import type { JobService } from './service.ts';

const tag = 'jobs';

export function jobRoutes(service: JobService): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/jobs',
      operationId: 'listJobs',
      summary: 'What runs in the background, and what ran',
      tag,
      access: 'viewer',
      query: jobsQuery,
      success: { status: 200, description: 'One page', body: page(job) },
      handle: ({ caller, query }) => service.list(caller, query),
    }),
    route({
      method: 'get',
      path: '/api/jobs/{id}',
      operationId: 'getJob',
      summary: 'One job, with its progress and figures as they come, and its earlier attempts',
      tag,
      access: 'viewer',
      params: byId,
      success: { status: 200, description: 'The job', body: job },
      handle: ({ caller, params }) => service.get(caller, params.id),
    }),
    route({
      method: 'post',
      path: '/api/jobs/{id}/cancellations',
      operationId: 'cancelJob',
      summary: 'Stop a job that waits or runs; nothing of it is kept',
      tag,
      access: 'editor',
      params: byId,
      success: { status: 200, description: 'Cancelled', body: job },
      problems: [409],
      handle: ({ caller, params }) => service.cancel(caller, params.id),
    }),
    route({
      method: 'post',
      path: '/api/jobs/{id}/retries',
      operationId: 'retryJob',
      summary: 'Do a job again that failed or was cancelled, as another attempt',
      tag,
      access: 'editor',
      params: byId,
      success: { status: 202, description: 'It waits for a worker', body: job },
      problems: [409],
      handle: ({ caller, params }) => service.retry(caller, params.id),
    }),
  ];
}
