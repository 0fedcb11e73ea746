import supertest from 'supertest';
import { startOfflineBackend } from './testing/start-offline-backend.ts';
import type { TestBackend } from './testing/start-test-backend.ts';

let backend: TestBackend;
beforeAll(async () => {
  backend = await startOfflineBackend();
});
afterAll(() => backend.stop());
const get = (path: string, accept = '*/*') => supertest(backend.server).get(path).set('accept', accept);

test('the dashboard answers at / and at every path of its own, and is asked for anew each time', async () => {
  for (const path of ['/', '/datasets', '/models/1/versions/2?tab=roc']) {
    const response = await get(path, 'text/html');
    expect([path, response.status, response.headers['cache-control']]).toEqual([path, 200, 'no-cache']);
    expect(response.text).toContain('<title>Foretell</title>');
  }
});

test('an asset with a hash in its name is kept for good, and a missing one is no page', async () => {
  const { headers } = await get('/assets/index-abc123.js');
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect((await get('/assets/index-old.js', 'text/html')).status).toBe(404);
});

test('a path of the API that is not there is a problem, not a page', async () => {
  const response = await get('/api/nothing', 'text/html');
  expect([response.status, response.type]).toEqual([404, 'application/problem+json']);
  expect(response.body.requestId).toBe(response.headers['x-request-id']);
});

test('no page may be framed, nor connect anywhere but here and where uploads go', async () => {
  const { headers } = await get('/', 'text/html');
  expect(headers['content-security-policy']).toContain("connect-src 'self' http://127.0.0.1:9;");
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers).not.toHaveProperty('x-powered-by');
});

test('nothing that the API answers is kept by a browser, nor what it refuses', async () => {
  for (const path of ['/api/me', '/api/jobs', '/api/events'])
    expect((await get(path)).headers['cache-control']).toBe('no-store');
});

test('the docs page needs nothing from elsewhere', async () => {
  const page = await get('/api/docs', 'text/html');
  const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source!);
  expect(sources).toHaveLength(3);
  for (const source of sources) expect((await get(source)).status).toBe(200);
});

test('every operation is in the OpenAPI document, with an id of its own', () => {
  const documented = Object.values(backend.document.paths ?? {}).flatMap((item) =>
    Object.values(item as object).map(({ operationId }: { operationId: string }) => operationId),
  );
  expect(documented.toSorted()).toEqual(backend.routes.map(({ operationId }) => operationId).toSorted());
  expect(new Set(documented).size).toBe(documented.length);
});

test("a caller's own request id comes back if it is sane, and never otherwise", async () => {
  const asked = (id: string) => get('/healthz').set('x-request-id', id);
  expect((await asked('trace-1.a')).headers['x-request-id']).toBe('trace-1.a');
  expect((await asked('x'.repeat(65))).headers['x-request-id']).not.toBe('x'.repeat(65));
  expect((await asked('a b')).headers['x-request-id']).not.toBe('a b');
});
