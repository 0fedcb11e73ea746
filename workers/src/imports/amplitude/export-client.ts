import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingMessage } from 'node:http';
import { DomainError } from '@foretell/core/domain/errors';
import type { Egress } from '@foretell/core/node/egress';
import { egressGet } from '@foretell/core/node/egress-request';
import { importProblem } from '../import-problem.ts';
import { exportHour, type Window } from './hours.ts';

/** What became of a request for some hours: `too_large` asks for fewer of them. */
export type Exported = 'downloaded' | 'no_data' | 'too_large';

export interface ExportClient {
  /** Brings the archive of a window's events into a file. Credentials that are refused throw in words. */
  download(window: Window, path: string, signal: AbortSignal): Promise<Exported>;
}

export interface AmplitudeCredentials {
  apiKey: string;
  secretKey: string;
}

export interface ExportClientOptions {
  egress: Egress;
  /** `https://amplitude.com`, or what stands in its place. */
  url: string;
  credentials: AmplitudeCredentials;
  /** How often a request that was throttled is made again before the message is given back to the queue. */
  throttledAttempts?: number;
  /** Between two attempts when the answer does not say how long. */
  throttledPauseMs?: number;
}

const idleTimeoutMs = 120_000;
const longestPauseMs = 60_000;

/** Amplitude's Export API: GET /api/2/export, hours in UTC, both ends inclusive, Basic authentication. */
export function createExportClient(options: ExportClientOptions): ExportClient {
  const { egress, credentials, throttledAttempts = 4, throttledPauseMs = 15_000 } = options;
  const basic = Buffer.from(`${credentials.apiKey}:${credentials.secretKey}`).toString('base64');

  async function get({ from, to }: Window, signal: AbortSignal): Promise<IncomingMessage> {
    const url = new URL('/api/2/export', options.url);
    url.search = new URLSearchParams({ start: exportHour(from), end: exportHour(to - 1) }).toString();
    for (let attempt = 1; ; attempt++) {
      const response = await egressGet(egress, url, {
        headers: { authorization: `Basic ${basic}` },
        idleTimeoutMs,
        signal,
      });
      if (response.statusCode !== 429) return response;
      response.destroy();
      const asked = Number(response.headers['retry-after']) * 1000;
      const pauseMs = Math.min(asked >= 0 ? asked : throttledPauseMs * 2 ** (attempt - 1), longestPauseMs);
      if (attempt >= throttledAttempts) throw throttled(pauseMs);
      await sleep(pauseMs, undefined, { signal });
    }
  }

  return {
    async download(window, path, signal) {
      const response = await get(window, signal);
      const status = response.statusCode ?? 0;
      if (status === 200) {
        await save(response, path, signal);
        return 'downloaded';
      }
      const said = (await bodyOf(response)).slice(0, 300);
      if (status === 404) return 'no_data';
      if (status === 400 || status === 504) return 'too_large';
      if (status === 401 || status === 403) throw refused(status);
      throw new DomainError('unavailable', `Amplitude answered ${status}: ${said}`);
    },
  };
}

async function save(response: IncomingMessage, path: string, signal: AbortSignal): Promise<void> {
  try {
    await pipeline(response, createWriteStream(path), { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new DomainError('unavailable', 'Amplitude broke off in the middle of an archive.', {
      cause: error,
    });
  }
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > 1000) break;
  }
  return text;
}

function throttled(pauseMs: number): DomainError {
  return new DomainError('unavailable', 'Amplitude asks for fewer requests.', {
    retryAfterSeconds: Math.ceil(pauseMs / 1000),
  });
}

function refused(status: number): DomainError {
  return importProblem(
    'bad_credentials',
    `Amplitude refuses the connection's keys (status ${status}). Take the API key and the secret key of the project, under Settings → Projects, and give them to the connection.`,
    { field: 'connection' },
  );
}
