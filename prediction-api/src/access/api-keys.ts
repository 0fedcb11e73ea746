import { hash, timingSafeEqual } from 'node:crypto';
import type { ApiKeyScope, ServingApiKey } from '@foretell/core/contracts/serving-manifest';
import { DomainError } from '@foretell/core/domain/errors';

/** Who calls: a key of the manifest that was shown, checked and has not expired. */
export interface Caller {
  key: ServingApiKey;
  scopes: ReadonlySet<ApiKeyScope>;
  expiresAtMs: number;
}

export interface ApiKeys {
  /** Throws `unauthenticated` without a valid key. */
  check(header: string | string[] | undefined, nowMs: number): Caller;
}

const prefix = 'fk_';

/**
 * The keys of one manifest. A key once verified is found by its text without hashing; the next manifest starts afresh,
 * so a revoked key is refused from then on.
 */
export function createApiKeys(keys: readonly ServingApiKey[]): ApiKeys {
  const bySelector = new Map(keys.map((key) => [key.selector, callerOf(key)]));
  const verified = new Map<string, Caller>();
  return {
    check(header, nowMs) {
      if (typeof header !== 'string') throw unauthenticated('The x-api-key header is missing.');
      let caller = verified.get(header);
      if (!caller) {
        caller = verify(bySelector, header);
        verified.set(header, caller);
      }
      if (nowMs >= caller.expiresAtMs) throw unauthenticated('The API key has expired.');
      return caller;
    },
  };
}

/** Throws `forbidden` unless the caller's key has one of `scopes`. */
export function requireScope(caller: Caller, ...scopes: ApiKeyScope[]): void {
  if (!scopes.some((scope) => caller.scopes.has(scope)))
    throw new DomainError('forbidden', `The API key does not have the scope ${scopes.join(' or ')}.`);
}

function callerOf(key: ServingApiKey): Caller {
  const expiresAtMs = key.expiresAt === null ? Infinity : Date.parse(key.expiresAt);
  return { key, scopes: new Set(key.scopes), expiresAtMs };
}

function verify(bySelector: ReadonlyMap<string, Caller>, text: string): Caller {
  const end = text.indexOf('_', prefix.length);
  if (!text.startsWith(prefix) || end < 0) throw unauthenticated('The API key is not valid.');
  const caller = bySelector.get(text.slice(prefix.length, end));
  const shown = Buffer.from(hash('sha256', text.slice(end + 1), 'hex'));
  if (!caller || !timingSafeEqual(shown, Buffer.from(caller.key.verifier)))
    throw unauthenticated('The API key is not valid.');
  return caller;
}

const unauthenticated = (message: string) => new DomainError('unauthenticated', message);
