import { isIP } from 'node:net';
import type { ConnectionRequest } from '@foretell/core/contracts/sources';
import { DomainError } from '@foretell/core/domain/errors';
import { canonicalHost, isPublicAddress } from '@foretell/core/domain/public-address';
import { howToAllow } from '@foretell/core/node/egress';

export function refused(field: string, code: string, detail: string): DomainError {
  return new DomainError('invalid', detail, { problems: [{ field, code, detail }] });
}

/**
 * What can be told of a host without asking the network, so that a typing mistake is told at once. The worker that
 * connects resolves the name and checks every address: that is what holds.
 */
function checkHost(text: string, field: string, allowed: ReadonlySet<string>): boolean {
  const host = canonicalHost(text);
  if (host === null) throw refused(field, 'invalid_host', 'A host name or an IP address is expected.');
  if (allowed.has(host)) return true;
  if (host === 'localhost' || host.endsWith('.localhost') || (isIP(host) !== 0 && !isPublicAddress(host)))
    throw refused(field, 'forbidden_host', `${host} is not on the public internet. ${howToAllow}`);
  return false;
}

/** Throws `invalid` for a place that no connection may lead to. `allowed`: hosts the operator named, canonical. */
export function checkSettings(settings: ConnectionRequest['settings'], allowed: ReadonlySet<string>): void {
  if ('host' in settings) {
    if (!checkHost(settings.host, 'settings.host', allowed) && settings.tls === 'off')
      throw refused(
        'settings.tls',
        'tls_required',
        `${settings.host} is spoken to by TLS alone, or the password could be read on the way. ${howToAllow}`,
      );
    return;
  }
  if (!('url' in settings)) return;
  const url = new URL(settings.url);
  if (url.username !== '' || url.password !== '')
    throw refused('settings.url', 'forbidden_url', 'The URL must not hold credentials.');
  const isAllowed = checkHost(url.hostname.replace(/^\[|\]$/g, ''), 'settings.url', allowed);
  if (url.protocol === 'http:' && !isAllowed)
    throw refused('settings.url', 'forbidden_url', `HTTPS is expected of ${url.hostname}. ${howToAllow}`);
}
