import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiKeyScope } from '@foretell/core/contracts/serving-manifest';
import { DomainError } from '@foretell/core/domain/errors';
import type { Headers } from '../http/send-json.ts';
import { requireScope, type ApiKeys, type Caller } from './api-keys.ts';
import type { RateLimiter } from './rate-limiter.ts';

export interface Gate {
  /** Who calls, by the key of the request. Throws `unauthenticated` or `forbidden`. */
  identify(request: IncomingMessage, ...scopes: ApiKeyScope[]): Caller;
  /** Counts `cost` requests against the caller's rate; answers the headers that say so. Throws `rate_limited`. */
  spend(response: ServerResponse, caller: Caller, cost: number): Headers;
}

export function createGate(apiKeys: () => ApiKeys, limiter: RateLimiter, now: () => number): Gate {
  return {
    identify(request, ...scopes) {
      const caller = apiKeys().check(request.headers['x-api-key'], now());
      requireScope(caller, ...scopes);
      return caller;
    },
    spend(response, { key }, cost) {
      const { limit, remaining, resetSeconds, waitSeconds } = limiter.take(key, cost, now());
      if (waitSeconds === null)
        return ['ratelimit-limit', limit, 'ratelimit-remaining', remaining, 'ratelimit-reset', resetSeconds];
      response.setHeader('ratelimit-limit', limit);
      response.setHeader('ratelimit-remaining', remaining);
      response.setHeader('ratelimit-reset', resetSeconds);
      throw new DomainError('rate_limited', `The API key may make ${key.ratePerSecond} requests a second.`, {
        retryAfterSeconds: waitSeconds,
      });
    },
  };
}
