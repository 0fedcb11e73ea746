import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { DomainError } from '../domain/errors.ts';
import { canonicalHost, isPublicAddress } from '../domain/public-address.ts';

/** The one door to hosts that a user has named. */
export interface Egress {
  /**
   * A TCP connection to one of the host's addresses, resolved once, all of them checked, and connected to by number: no
   * second look-up can answer otherwise. Throws `invalid` for a host that is not on the public internet and that the
   * operator has not allowed, `unavailable` when it (or the proxy) cannot be reached. Never goes past a proxy.
   */
  connect(host: string, port: number, signal?: AbortSignal): Promise<Socket>;
  /** Whether the operator has allowed the host, wherever it is: only such may be spoken to without TLS. */
  isAllowed(host: string): boolean;
}

export interface EgressOptions {
  /** Hosts, as they are named, that may be anywhere. */
  allowedHosts: readonly string[];
  /** An HTTP proxy that every connection goes through by CONNECT; without it they are made directly. */
  proxyUrl?: string | undefined;
  resolve?: (host: string) => Promise<readonly string[]>;
}

const connectTimeoutMs = 15_000;

/** For whoever names a host that is refused for where it is. */
export const howToAllow = 'Your operator can allow it by EGRESS_ALLOWED_HOSTS (docs/warehouses.md).';

const refused = (code: string, detail: string, cause?: unknown) =>
  new DomainError('invalid', detail, {
    problems: [{ field: 'host', code, detail }],
    ...(cause === undefined ? {} : { cause }),
  });

/** By the code of Node's error; the time limit's has a name instead. */
const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused: nothing listens there, or a firewall refuses it',
  ECONNRESET: 'the connection was reset',
  ETIMEDOUT: 'no answer: a firewall may drop what comes from here',
  TimeoutError: `no answer within ${connectTimeoutMs / 1000} seconds: a firewall may drop what comes from here`,
  EHOSTUNREACH: 'there is no way to it from here',
  ENETUNREACH: 'there is no way to its network from here',
  EAI_AGAIN: 'its name cannot be looked up now',
};

/** The code of an error, and its name; the cause of one of `once` that was aborted has the limit's. */
function namesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const { code, name } = error as { code?: unknown; name?: unknown };
  return [code, name].filter((each) => typeof each === 'string');
}

function unreachable(place: string, error: unknown, byProxy = false): DomainError {
  const why = [...namesOf(error), ...namesOf((error as Partial<Error> | null)?.cause)]
    .map((name) => causes[name])
    .find((words) => words !== undefined);
  return new DomainError(
    'unavailable',
    `${place} cannot be reached${byProxy ? ' through the proxy' : ''}${why ? `: ${why}` : ''}.`,
    {
      cause: error,
    },
  );
}

async function resolveByDns(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

export function createEgress({ allowedHosts, proxyUrl, resolve = resolveByDns }: EgressOptions): Egress {
  const allowed = new Set(allowedHosts.map((host) => canonicalHost(host) ?? host));

  async function addressesOf(host: string): Promise<readonly string[]> {
    if (isIP(host) !== 0) return [host];
    try {
      return await resolve(host);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOTFOUND' || code === 'ENODATA')
        throw refused('unknown_host', `There is no host ${host}.`, error);
      throw unreachable(host, error);
    }
  }

  async function checkedAddress(name: string): Promise<string> {
    const host = canonicalHost(name);
    if (host === null)
      throw refused('invalid_host', 'A host name or an IP address is expected, and nothing else.');
    const addresses = await addressesOf(host);
    const [first] = addresses;
    if (first === undefined) throw refused('unknown_host', `There is no host ${host}.`);
    // One public address among private ones is how a guard is got round.
    if (!allowed.has(host) && !addresses.every(isPublicAddress))
      throw refused('forbidden_host', `${host} is not on the public internet. ${howToAllow}`);
    return first;
  }

  return {
    isAllowed: (host) => allowed.has(canonicalHost(host) ?? ''),
    async connect(host, port, signal) {
      const address = await checkedAddress(host);
      const limit = AbortSignal.any([AbortSignal.timeout(connectTimeoutMs), ...(signal ? [signal] : [])]);
      try {
        return proxyUrl === undefined
          ? await connectTo(address, port, limit)
          : await connectThrough(proxyUrl, address, port, limit);
      } catch (error) {
        if (signal?.aborted) throw error;
        throw unreachable(`${host}, port ${port},`, error, proxyUrl !== undefined);
      }
    },
  };
}

async function connectTo(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host: address, port });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function connectThrough(
  proxyUrl: string,
  address: string,
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  const proxy = new URL(proxyUrl);
  const target = `${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
  const asked = request({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port === '' ? 80 : Number(proxy.port),
    method: 'CONNECT',
    path: target,
    headers: { host: target },
    agent: false,
    signal,
  });
  asked.end();
  const [response, socket] = (await once(asked, 'connect')) as [{ statusCode?: number }, Socket];
  if (response.statusCode === 200) return socket;
  socket.destroy();
  throw new Error(`the proxy answered ${String(response.statusCode)}`);
}
