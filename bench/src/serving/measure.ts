import autocannon from 'autocannon';
import { apiKey, benchModel, entities } from './write-lake.ts';
import type { ServerProcess } from './server-process.ts';

export interface Round {
  requestsPerSecond: number;
  cpuMicrosPerRequest: number;
  p50Ms: number;
  p99Ms: number;
}

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** Loads `url` for some seconds, or with so many requests. Throws when any request is not answered with a success. */
export async function measure(
  server: ServerProcess,
  url: string,
  load: { duration: number } | { amount: number },
  bodies: readonly string[],
  { path, connections } = { path: '/v1/predictions', connections: 32 },
): Promise<Round> {
  const before = server.cpuMicros();
  const result = await autocannon({
    url,
    connections,
    ...load,
    timeout: 60,
    requests: bodies.map((body) => ({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
      body,
    })),
  });
  const cpu = server.cpuMicros() - before;
  const failed = result.non2xx + result.errors + result.timeouts;
  const requests = result['2xx'];
  if (failed > 0 || requests === 0)
    throw new Error(`${failed} of ${requests + failed} requests to ${url} failed`);
  return {
    requestsPerSecond: requests / result.duration,
    cpuMicrosPerRequest: cpu / requests,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}

/** Five features in the request, three online. */
export const platformBodies = entities.map((entity, i) =>
  JSON.stringify({
    model: benchModel,
    entity,
    unit: `unit-${i}`,
    features: { a: Math.sin(i), b: Math.cos(i), c: i / 1000, d: -i / 500, h: `category ${i % 200}` },
  }),
);

/** All eight features in the request: the peer has no store to look them up in. */
export const flaskBodies = entities.map((_, i) =>
  JSON.stringify({
    features: Object.fromEntries(names.map((name, j) => [name, j === 7 ? i % 200 : Math.sin(i + j)])),
  }),
);
