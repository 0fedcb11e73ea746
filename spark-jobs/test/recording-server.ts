import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  method: string | undefined;
  path: string | undefined;
  /** X-Amz-Target, for protocols that name the operation there. */
  target: string | undefined;
  body: unknown;
}

export interface Answer {
  status: number;
  body: object;
  /** The error's type, for answers that are not 200. */
  error?: string;
}

export interface RecordingServer {
  endpoint: string;
  requests: RecordedRequest[];
  close(): Promise<void>;
}

/** An HTTP server of a test's own that writes down what an AWS client really sends, and answers what the test says. */
export async function startRecordingServer(
  answer: (request: RecordedRequest) => Answer,
): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const target = request.headers['x-amz-target'];
      const recorded = {
        method: request.method,
        path: request.url,
        target: typeof target === 'string' ? target : undefined,
        body: text === '' ? null : (JSON.parse(text) as unknown),
      };
      requests.push(recorded);
      const { status, body, error } = answer(recorded);
      response.writeHead(status, {
        'content-type': 'application/json',
        ...(error === undefined ? {} : { 'x-amzn-errortype': error }),
      });
      response.end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const testClient = (endpoint: string) => ({
  endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});
