import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Question {
  readonly origin: string;
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Asks, and answers the status and the start of the body. */
export type Ask = (question: Question) => Promise<{ readonly status: number; readonly body: string }>;

const timeoutMs = 10_000;
const longestBody = 200;

/**
 * A GET whose `host` may be another than the address it goes to: a load balancer is asked by its own name, for a service's,
 * and its certificate is the service's.
 */
export const askOverHttp: Ask = ({ origin, host, path, headers }) =>
  new Promise((resolve, reject) => {
    const url = new URL(path, origin);
    const options = {
      // AWS's firewall rules block whoever does not say what it is.
      headers: { 'user-agent': 'foretell-release', ...headers, host },
      servername: host.replace(/:\d+$/, ''),
      timeout: timeoutMs,
    };
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (body.length < longestBody) body += chunk.slice(0, longestBody - body.length);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    request.on('error', reject);
    request.end();
  });
