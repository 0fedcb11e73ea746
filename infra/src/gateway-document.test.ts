import { publicOperations } from '@foretell/core/contracts/openapi/public-operations';
import { gatewayDocument } from './gateway-document.ts';

const document = gatewayDocument('foretell-test', {
  vpcLinkId: 'link',
  loadBalancerArn: 'arn:lb',
  domain: 'origin.test.example',
});
const paths = document['paths'] as unknown as Record<string, Record<string, Record<string, unknown>>>;

test('every operation of the public API is there, and no other', () => {
  const expected = Object.values(publicOperations).map(({ method, path }) => `${method} ${path}`);
  const found = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(found.sort()).toEqual(expected.sort());
});

test('what needs a key at the prediction API needs one at the gateway', () => {
  for (const { method, path, auth } of Object.values(publicOperations))
    expect([path, paths[path]?.[method]?.['security']]).toEqual([
      path,
      auth === 'apiKey' ? [{ apiKey: [] }] : [],
    ]);
});

test('a request goes on by HTTPS through the link, with its path parameters', () => {
  expect(
    paths['/v1/datasets/{dataset}/records']?.['post']?.['x-amazon-apigateway-integration'],
  ).toMatchObject({
    type: 'http_proxy',
    uri: 'https://origin.test.example/v1/datasets/{dataset}/records',
    connectionType: 'VPC_LINK',
    connectionId: 'link',
    integrationTarget: 'arn:lb',
    requestParameters: { 'integration.request.path.dataset': 'method.request.path.dataset' },
  });
});

test('bodies are validated, by rules that JSON Schema 4 knows', () => {
  const text = JSON.stringify(document);
  expect(paths['/v1/predictions']?.['post']?.['requestBody']).toMatchObject({ required: true });
  expect(text).not.toMatch(/"(anyOf|oneOf|const|propertyNames|\$schema|exclusiveMinimum|pattern)":/);
  expect(text).not.toContain('"type":[');
  const schemas = (document['components'] as unknown as { schemas: Record<string, Record<string, unknown>> })
    .schemas;
  expect(schemas['PredictionRequest']).toMatchObject({ type: 'object', required: ['model', 'entity'] });
});

test('every reference of the document leads somewhere', () => {
  const text = JSON.stringify(document);
  const schemas = Object.keys((document['components'] as unknown as { schemas: object }).schemas);
  const refs = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  expect(refs.length).toBeGreaterThan(0);
  expect(refs.filter((name) => !schemas.includes(name!))).toEqual([]);
});

test('what the gateway refuses by itself it says as the API would', () => {
  const responses = document['x-amazon-apigateway-gateway-responses'] as unknown as Record<
    string,
    {
      statusCode?: number;
      responseParameters: Record<string, string>;
      responseTemplates: Record<string, string>;
    }
  >;
  expect(responses['INVALID_API_KEY']?.statusCode).toBe(401);
  expect(responses['BAD_REQUEST_BODY']?.statusCode).toBe(422);
  expect(responses['THROTTLED']).toMatchObject({
    statusCode: 429,
    responseParameters: { 'gatewayresponse.header.Retry-After': "'1'" },
  });
  for (const response of Object.values(responses))
    expect(response.responseParameters['gatewayresponse.header.Content-Type']).toBe(
      "'application/problem+json'",
    );
  // As the gateway would fill it in: words with quotes in them come as JSON text.
  const filled = responses['BAD_REQUEST_BODY']?.responseTemplates['application/json']
    ?.replace('$context.error.messageString', JSON.stringify('not a "body"'))
    .replace('$context.requestId', 'r-1');
  expect(JSON.parse(filled ?? '')).toEqual({
    type: 'about:blank',
    title: 'Unprocessable Content',
    status: 422,
    detail: 'not a "body"',
    requestId: 'r-1',
  });
  expect(JSON.stringify(responses)).not.toMatch(/validationErrorString|error\.message[^S]/);
});
