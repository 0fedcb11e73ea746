import { buildApiDocument } from '@foretell/core/contracts/openapi/api-document';
import { publicOperations } from '@foretell/core/contracts/openapi/public-operations';
import type { Operation } from '@foretell/core/contracts/openapi/operation';

/** Where API Gateway sends what it lets through: a load balancer inside the VPC, spoken to by a name its certificate has. */
export interface GatewayOrigin {
  readonly vpcLinkId: string;
  readonly loadBalancerArn: string;
  readonly domain: string;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Longest API Gateway waits for an answer, ms. */
const timeoutMs = 29_000;

/**
 * The public API's own OpenAPI document as API Gateway imports it: every operation with its integration, its key and its
 * validator. API Gateway reads OpenAPI 3.0 and JSON Schema 4, so what those cannot say is left to the prediction API,
 * which validates everything again: the gateway only turns away what no version of it would take.
 */
export function gatewayDocument(title: string, origin: GatewayOrigin): JsonObject {
  const operations: readonly Operation[] = Object.values(publicOperations);
  const document = buildApiDocument({
    title,
    description: 'The public API of Foretell',
    version: '1',
    server: `https://${origin.domain}`,
    operations,
  });
  // Through JSON: a document is plain data, and from here on it is treated as such.
  const plain = JSON.parse(JSON.stringify(document)) as {
    components: { schemas: JsonObject };
    paths: JsonObject;
  };
  return {
    openapi: '3.0.1',
    info: { title, version: '1' },
    'x-amazon-apigateway-api-key-source': 'HEADER',
    'x-amazon-apigateway-request-validators': {
      everything: { validateRequestBody: true, validateRequestParameters: true },
    },
    'x-amazon-apigateway-request-validator': 'everything',
    'x-amazon-apigateway-gateway-responses': gatewayResponses(),
    components: {
      securitySchemes: { apiKey: { type: 'apiKey', name: 'x-api-key', in: 'header' } },
      schemas: Object.fromEntries(
        Object.entries(plain.components.schemas).map(([name, schema]) => [name, loosen(schema)]),
      ),
    },
    paths: pathsOf(operations, plain.paths, origin),
  };
}

function pathsOf(operations: readonly Operation[], paths: JsonObject, origin: GatewayOrigin): JsonObject {
  const result: Record<string, Record<string, Json>> = {};
  for (const { path, method, auth, operationId, body } of operations) {
    const described = paths[path];
    const operation = isObject(described) ? described[method] : undefined;
    if (!isObject(operation)) throw new Error(`The document has no ${method} ${path}`);
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    result[path] = {
      ...result[path],
      [method]: {
        operationId,
        security: auth === 'apiKey' ? [{ apiKey: [] }] : [],
        ...(names.length > 0
          ? {
              parameters: names.map((name) => ({
                name,
                in: 'path',
                required: true,
                schema: { type: 'string' },
              })),
            }
          : {}),
        ...(body && operation['requestBody'] ? { requestBody: loosen(operation['requestBody']) } : {}),
        responses: { default: { description: 'As the prediction API answers' } },
        'x-amazon-apigateway-integration': {
          type: 'http_proxy',
          httpMethod: method.toUpperCase(),
          uri: `https://${origin.domain}${path}`,
          connectionType: 'VPC_LINK',
          connectionId: origin.vpcLinkId,
          integrationTarget: origin.loadBalancerArn,
          passthroughBehavior: 'when_no_match',
          timeoutInMillis: timeoutMs,
          requestParameters: Object.fromEntries(
            names.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]),
          ),
        },
      },
    };
  }
  return result;
}

/** What JSON Schema 4 does not know, or API Gateway refuses: dropped, so that the rule is looser, never stricter. */
const unknownKeywords = new Set([
  '$schema',
  'pattern',
  'format',
  'propertyNames',
  'examples',
  'example',
  'default',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'contentEncoding',
  'prefixItems',
]);

function loosen(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => loosen(item));
  if (!isObject(value)) return value;
  // A choice of types, null among them: whatever it is, the prediction API looks at it.
  if ('anyOf' in value || 'oneOf' in value || Array.isArray(value['type'])) return {};
  const kept: Record<string, Json> = {};
  for (const [key, child] of Object.entries(value)) {
    if (unknownKeywords.has(key)) continue;
    if (key === 'const') kept['enum'] = [child];
    else if (key === 'properties' && isObject(child))
      kept[key] = Object.fromEntries(Object.entries(child).map(([name, schema]) => [name, loosen(schema)]));
    else if (key === 'additionalProperties' && isObject(child)) kept[key] = true;
    else kept[key] = loosen(child);
  }
  return kept;
}

/**
 * The gateway fills in `$context` as it is, quotes and all: only `messageString` comes as JSON text, so the validator's own
 * words, which have quotes in them, are left out.
 */
function problemTemplate(status: number | null, title: string): string {
  const known = JSON.stringify({ type: 'about:blank', title, ...(status === null ? {} : { status }) });
  return `${known.slice(0, -1)},"detail":$context.error.messageString,"requestId":"$context.requestId"}`;
}

/** What API Gateway turns away by itself it says as the API does: problem+json, with the API's own statuses. */
function gatewayResponses(): JsonObject {
  const problem = (status: number | null, title: string, headers: Readonly<Record<string, string>> = {}) => ({
    ...(status === null ? {} : { statusCode: status }),
    responseParameters: {
      'gatewayresponse.header.Content-Type': "'application/problem+json'",
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, `'${value}'`]),
      ),
    },
    responseTemplates: { 'application/json': problemTemplate(status, title) },
  });
  return {
    INVALID_API_KEY: problem(401, 'Unauthorized'),
    BAD_REQUEST_BODY: problem(422, 'Unprocessable Content'),
    BAD_REQUEST_PARAMETERS: problem(422, 'Unprocessable Content'),
    REQUEST_TOO_LARGE: problem(413, 'Content Too Large'),
    THROTTLED: problem(429, 'Too Many Requests', { 'Retry-After': '1' }),
    QUOTA_EXCEEDED: problem(429, 'Too Many Requests', { 'Retry-After': '3600' }),
    MISSING_AUTHENTICATION_TOKEN: problem(404, 'Not Found'),
    INTEGRATION_TIMEOUT: problem(503, 'Service Unavailable', { 'Retry-After': '1' }),
    INTEGRATION_FAILURE: problem(503, 'Service Unavailable', { 'Retry-After': '1' }),
    DEFAULT_4XX: problem(null, 'Refused'),
    DEFAULT_5XX: problem(null, 'Failed'),
  };
}
