import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { DomainError } from '../domain/errors.ts';
import type { Egress } from './egress.ts';

export interface EgressRequest {
  headers: Record<string, string>;
  /** Without a byte for so long the request fails. */
  idleTimeoutMs: number;
  signal: AbortSignal;
}

const maxRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * GET of a URL that a user has named, its body left to the caller. HTTPS alone, but for hosts the operator has allowed.
 * Each redirect is checked as the first URL is; one to another origin is not given the caller's headers.
 */
export async function egressGet(egress: Egress, url: URL, request: EgressRequest): Promise<IncomingMessage> {
  let [target, headers] = [url, request.headers];
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const response = await getOnce(egress, target, { ...request, headers });
    const location = response.headers.location;
    if (!redirects.has(response.statusCode ?? 0) || location === undefined) return response;
    response.destroy();
    const next = URL.parse(location, target.href);
    if (!next) throw refused(`${target.host} redirects to what is no URL.`);
    if (next.origin !== target.origin) headers = {};
    target = next;
  }
  throw refused(`${url.host} redirects more than ${maxRedirects} times.`);
}

const refused = (detail: string) =>
  new DomainError('invalid', detail, { problems: [{ field: 'url', code: 'forbidden_url', detail }] });

async function getOnce(egress: Egress, url: URL, { headers, idleTimeoutMs, signal }: EgressRequest) {
  const secure = url.protocol === 'https:';
  if (!secure && !(url.protocol === 'http:' && egress.isAllowed(url.hostname)))
    throw refused(`${url.protocol}//${url.host} is not allowed: HTTPS is expected.`);
  if (url.username !== '' || url.password !== '') throw refused('A URL must not hold credentials.');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const socket = await egress.connect(host, port, signal);
  const asked = (secure ? httpsRequest : httpRequest)(url, {
    headers,
    signal,
    createConnection: () =>
      secure ? connectTls({ socket, ...(isIP(host) === 0 ? { servername: host } : {}) }) : socket,
  });
  // The option of that name is for connections that Node makes itself.
  asked.setTimeout(idleTimeoutMs, () => asked.destroy(new Error(`no byte for ${idleTimeoutMs} ms`)));
  asked.end();
  try {
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return response;
  } catch (error) {
    signal.throwIfAborted();
    throw new DomainError('unavailable', `${url.host} did not answer.`, { cause: error });
  }
}
