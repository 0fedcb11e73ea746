import { uploadRequest, uploadResponse } from '@foretell/core/contracts/control-api/datasets';
import { route, type Route } from '../../http/route.ts';
import type { UploadService } from './service.ts';

export function uploadRoutes(service: UploadService): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/uploads',
      operationId: 'createUpload',
      summary: 'A URL to PUT a file to, good for an hour and for exactly the bytes announced',
      tag: 'datasets',
      access: 'editor',
      body: uploadRequest,
      success: { status: 201, description: 'PUT the bytes to `url`', body: uploadResponse },
      handle: ({ caller, body }) => service.create(caller, body),
    }),
  ];
}
