import { DomainError } from '@foretell/core/domain/errors';

export interface LoginThrottle {
  /** Throws `rate_limited` when the account has had too many failures lately. */
  check(email: string): void;
  failed(email: string): void;
  succeeded(email: string): void;
}

const maxFailures = 10;
const windowMs = 15 * 60_000;
/** More accounts than this under attack at once: the oldest are forgotten. */
const maxAccounts = 100_000;

/** Counts failed sign-ins per account in this process; replicas count apart. */
export function createLoginThrottle(now: () => number = Date.now): LoginThrottle {
  const failures = new Map<string, { count: number; until: number }>();

  function current(email: string) {
    const entry = failures.get(email);
    if (entry && entry.until <= now()) failures.delete(email);
    return failures.get(email);
  }

  return {
    check(email) {
      const entry = current(email);
      if (!entry || entry.count < maxFailures) return;
      throw new DomainError('rate_limited', 'Too many failed sign-ins for this e-mail. Try again later.', {
        retryAfterSeconds: (entry.until - now()) / 1000,
      });
    },
    failed(email) {
      const entry = current(email) ?? { count: 0, until: now() + windowMs };
      failures.set(email, { ...entry, count: entry.count + 1 });
      const oldest = failures.keys().next();
      if (failures.size > maxAccounts && !oldest.done) failures.delete(oldest.value);
    },
    succeeded(email) {
      failures.delete(email);
    },
  };
}
