import type { ServingApiKey } from '@foretell/core/contracts/serving-manifest';

/** What is left of a key's tokens after a request. */
export interface Allowance {
  limit: number;
  remaining: number;
  /** Seconds until the bucket is full again. */
  resetSeconds: number;
  /** Null: the request may pass. Else it may not, before this time is over. */
  waitSeconds: number | null;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

export interface RateLimiter {
  /** Takes `cost` tokens of the key's bucket, unless it holds too few. */
  take(key: ServingApiKey, cost: number, nowMs: number): Allowance;
}

/** A token bucket a key: `burst` tokens at most, `ratePerSecond` new ones a second. Lives longer than a manifest. */
export function createRateLimiter(): RateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    take({ selector, ratePerSecond, burst }, cost, nowMs) {
      let bucket = buckets.get(selector);
      if (!bucket) buckets.set(selector, (bucket = { tokens: burst, atMs: nowMs }));
      const gained = (Math.max(0, nowMs - bucket.atMs) / 1000) * ratePerSecond;
      bucket.tokens = Math.min(burst, bucket.tokens + gained);
      bucket.atMs = nowMs;
      // A batch above the burst is let through on a full bucket and leaves a debt; else it never could be.
      const needed = Math.min(cost, burst);
      const passes = bucket.tokens >= needed;
      if (passes) bucket.tokens -= cost;
      return {
        limit: burst,
        remaining: Math.max(0, Math.floor(bucket.tokens)),
        resetSeconds: Math.ceil((burst - bucket.tokens) / ratePerSecond),
        waitSeconds: passes ? null : (needed - bucket.tokens) / ratePerSecond,
      };
    },
  };
}
