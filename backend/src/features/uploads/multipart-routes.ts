import {
  completedUpload,
  multipartUpload,
  multipartUploadRequest,
  partUrls,
  partUrlsRequest,
} from '@foretell/core/contracts/control-api/multipart-uploads';
import { route, type Route } from '../../http/route.ts';
import { byId } from '../path-params.ts';
import type { MultipartUploadService } from './multipart-service.ts';

const tag = 'datasets';

export function multipartUploadRoutes(service: MultipartUploadService): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/multipart-uploads',
      operationId: 'createMultipartUpload',
      summary: 'Begin an upload by parts, good for 24 hours',
      tag,
      access: 'editor',
      body: multipartUploadRequest,
      success: { status: 201, description: 'Ask for the URLs of its parts', body: multipartUpload },
      handle: ({ caller, body }) => service.create(caller, body),
    }),
    route({
      method: 'post',
      path: '/api/multipart-uploads/{id}/part-urls',
      operationId: 'signUploadParts',
      summary: 'URLs to PUT parts to, each good for an hour and for exactly the bytes of its part',
      tag,
      access: 'editor',
      params: byId,
      body: partUrlsRequest,
      success: { status: 201, description: 'PUT the bytes of each part to its `url`', body: partUrls },
      problems: [409],
      handle: ({ caller, params, body }) => service.sign(caller, params.id, body.parts),
    }),
    route({
      method: 'post',
      path: '/api/multipart-uploads/{id}/completion',
      operationId: 'completeMultipartUpload',
      summary: 'Make one file of the parts, when all have come; again, it changes nothing',
      tag,
      access: 'editor',
      params: byId,
      success: { status: 200, description: 'The file is whole', body: completedUpload },
      problems: [409],
      handle: ({ caller, params }) => service.complete(caller, params.id),
    }),
    route({
      method: 'delete',
      path: '/api/multipart-uploads/{id}',
      operationId: 'abortMultipartUpload',
      summary: 'Stop an upload and free what has come of it',
      tag,
      access: 'editor',
      params: byId,
      success: { status: 204, description: 'Stopped' },
      problems: [409],
      handle: ({ caller, params }) => service.abort(caller, params.id),
    }),
  ];
}
