import { metricPreview, metricPreviewRequest } from '@foretell/core/contracts/metric-preview';
import { route, type Route } from '../../http/route.ts';
import type { MetricPreviewService } from './service.ts';

export function metricPreviewRoutes(service: MetricPreviewService): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/metric-previews',
      operationId: 'previewMetric',
      summary: 'What a metric makes of the newest real events, and how many units it takes to see it change',
      tag: 'experiments',
      access: 'viewer',
      body: metricPreviewRequest,
      success: { status: 200, description: 'The preview; nothing of it is kept', body: metricPreview },
      handle: ({ caller, body }) => service.preview(caller, body),
    }),
  ];
}
