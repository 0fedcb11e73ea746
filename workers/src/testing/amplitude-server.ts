import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { ZipFile } from 'yazl';

/** An hour of UTC as the Export API names it: `20210527T11`. */
type Hour = string;

export interface AmplitudeOptions {
  apiKey: string;
  secretKey: string;
  /** The lines of an hour's events, some at a time; none: no data. */
  lines: (hour: Hour) => Iterable<string[]>;
  /** Whether an hour has events at all; asked before its lines. */
  hasData?: (hour: Hour) => boolean;
  /** Files in the archive, or archives in the archive. */
  layout?: 'files' | 'archives';
  /** More hours than that are answered 400. */
  maxHours?: number;
  /** Answers in the place of the real one, by its number (1 is the first): a status, with headers. */
  interrupt?: (request: number) => { status: number; headers?: Record<string, string> } | 'cut off' | null;
}

export interface AmplitudeServer {
  url: string;
  /** The hours asked for, first and last, in the order of the requests. */
  readonly asked: readonly (readonly [Hour, Hour])[];
  stop(): Promise<void>;
}

/** Answers as Amplitude's Export API is documented to, on loopback: keys, ranges, statuses, both layouts of its archives. */
export async function startAmplitude(options: AmplitudeOptions): Promise<AmplitudeServer> {
  const asked: [Hour, Hour][] = [];
  const basic = `Basic ${Buffer.from(`${options.apiKey}:${options.secretKey}`).toString('base64')}`;
  let requests = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://amplitude');
    const end = (status: number, headers = {}) => response.writeHead(status, headers).end(`status ${status}`);
    if (url.pathname !== '/api/2/export') return void end(404);
    if (request.headers.authorization !== basic) return void end(401);
    const [start, last] = [url.searchParams.get('start') ?? '', url.searchParams.get('end') ?? ''];
    asked.push([start, last]);
    const instead = options.interrupt?.(++requests) ?? null;
    if (instead !== null && instead !== 'cut off') return void end(instead.status, instead.headers);
    const hours = hoursBetween(start, last);
    if (hours.length === 0 || hours.length > (options.maxHours ?? 24 * 365)) return void end(400);
    const full = hours.filter((hour) => options.hasData?.(hour) ?? true);
    if (full.length === 0) return void end(404);
    response.writeHead(200, { 'content-type': 'application/zip' });
    const archive = archiveOf(full, options);
    if (instead === null) return pipeline(archive, response);
    const bytes = Buffer.concat(await archive.toArray());
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const timeOf = (hour: Hour) =>
  Date.parse(`${hour.slice(0, 4)}-${hour.slice(4, 6)}-${hour.slice(6, 8)}T${hour.slice(9)}:00:00Z`);

function hoursBetween(start: Hour, last: Hour): Hour[] {
  const hours: Hour[] = [];
  for (let at = timeOf(start); at <= timeOf(last); at += 3_600_000)
    hours.push(new Date(at).toISOString().slice(0, 13).replaceAll('-', ''));
  return hours;
}

function gzipped(lines: Iterable<string[]>): Readable {
  const text = function* () {
    for (const some of lines) yield `${some.join('\n')}\n`;
  };
  return Readable.from(text()).pipe(createGzip({ level: 1 }));
}

/** Made as it is read: an export may be larger than memory. */
function archiveOf(hours: readonly Hour[], { lines, layout = 'files' }: AmplitudeOptions): Readable {
  const archive = new ZipFile();
  for (const hour of hours) {
    const name = `187520_${hour.slice(0, 4)}-${hour.slice(4, 6)}-${hour.slice(6, 8)}_${Number(hour.slice(9))}`;
    const add = (to: ZipFile) =>
      to.addReadStreamLazy(`187520/${name}#0.json.gz`, { compress: false }, (done) =>
        done(null, gzipped(lines(hour))),
      );
    if (layout === 'files') add(archive);
    else {
      const inner = new ZipFile();
      add(inner);
      inner.end();
      archive.addReadStream(inner.outputStream.pipe(new PassThrough()), `${name}.zip`, { compress: false });
    }
  }
  archive.end();
  return archive.outputStream.pipe(new PassThrough());
}
