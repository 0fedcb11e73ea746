import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { colourHeader } from '@foretell/core/contracts/release-names';
import { ReleaseError } from './errors.ts';
import { readColourHeader } from './read-traffic.ts';
import type { Wait } from './steps.ts';
import type { WaitDeps } from './wait-for.ts';

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

/** A rule that was just made, or a target just healthy, may not be known to every node of a balancer yet. */
const tries = 5;
const rounds = 3;

async function whatIsWrong(ask: Ask, question: Question): Promise<string | null> {
  try {
    const { status, body } = await ask(question);
    return status === 200 ? null : `${status} ${body}`.trim();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Every path answers 200, several times in a row, from the colour that has no traffic yet. */
export async function smokeTest(
  { origin, host, colour, testRuleArn, paths }: Extract<Wait, { for: 'smoke' }>,
  { aws, ask, look, sleep, pollMs }: Pick<WaitDeps, 'aws' | 'ask' | 'look' | 'sleep' | 'pollMs'>,
): Promise<void> {
  const headers = { [colourHeader]: await readColourHeader(aws, testRuleArn) };
  for (const path of paths) {
    let [well, left] = [0, tries];
    while (well < rounds) {
      const wrong = await whatIsWrong(ask, { origin, host, path, headers });
      if (wrong === null) {
        well++;
        continue;
      }
      [well, left] = [0, left - 1];
      if (left === 0) throw new ReleaseError('smoke', `${host}${path} on ${colour} answers: ${wrong}`);
      await look(`${path}: ${wrong}`);
      await sleep(pollMs);
    }
  }
}
