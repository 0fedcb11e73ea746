import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { problem } from '../problem.ts';
import { problemStatuses, type Operation } from './operation.ts';

export type ApiDocument = ReturnType<typeof createDocument>;

export interface ApiDescription {
  title: string;
  description: string;
  version: string;
  /** Where the API answers. */
  server: string;
  operations: readonly Operation[];
}

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'The token of a session' },
  apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
} as const;

const titles: Record<number, string> = {
  400: 'The request cannot be read',
  401: 'No session, or no key, or one that is not valid any more',
  403: 'Not allowed for this role or key',
  404: 'There is nothing like this in the workspace',
  409: 'Not in the present state',
  413: 'The body is too large',
  422: 'The input is not valid: `errors` names each field',
  429: 'Too many requests: wait as `Retry-After` says',
  500: 'A fault of ours',
  503: 'Not available now: try again as `Retry-After` says',
};

function responsesOf(operation: Operation): ZodOpenApiResponsesObject {
  const responses: ZodOpenApiResponsesObject = {};
  for (const { status, description, body, contentType = 'application/json' } of operation.success) {
    responses[String(status) as '200'] = {
      description,
      ...(body ? { content: { [contentType]: { schema: body } } } : {}),
    };
  }
  for (const status of problemStatuses(operation)) {
    responses[String(status) as '500'] = {
      description: titles[status] ?? 'Error',
      content: { 'application/problem+json': { schema: problem } },
    };
  }
  return responses;
}

function describe(operation: Operation): ZodOpenApiOperationObject {
  const { operationId, summary, tag, auth, params, query, headers, body } = operation;
  return {
    operationId,
    summary,
    tags: [tag],
    security: auth === 'none' ? [] : [{ [auth]: [] }],
    requestParams: {
      ...(params ? { path: params } : {}),
      ...(query ? { query } : {}),
      ...(headers ? { header: headers } : {}),
    },
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    responses: responsesOf(operation),
  };
}

/** The OpenAPI 3.1 document of an API, from the very schemas its server validates by. */
export function buildApiDocument(api: ApiDescription): ApiDocument {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of api.operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) };
  }
  const used = new Set(api.operations.map(({ auth }) => auth));
  return createDocument({
    openapi: '3.1.0',
    info: { title: api.title, description: api.description, version: api.version },
    servers: [{ url: api.server }],
    tags: [...new Set(api.operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        ...(used.has('bearer') ? { bearer: securitySchemes.bearer } : {}),
        ...(used.has('apiKey') ? { apiKey: securitySchemes.apiKey } : {}),
      },
    },
  });
}
