import { sha256Hex } from '@foretell/core/node/secret-token';
import type { Database } from '../../db/database.ts';
import { createLimitedTries, signIns } from '../../db/tries.ts';

export interface LoginThrottle {
  /** Before a password is looked at. Throws `rate_limited` when the account has had too many that were wrong lately. */
  begin(email: string): Promise<void>;
  succeeded(email: string): Promise<void>;
}

const limit = {
  table: signIns,
  most: 10,
  windowMs: 15 * 60_000,
  words: 'Too many failed sign-ins for this e-mail.',
};

/** Counts sign-ins per e-mail, whether it has an account or not. */
export function createLoginThrottle(database: Database, now?: () => Date): LoginThrottle {
  const tries = createLimitedTries(database, limit, now);
  const accountOf = (email: string) => sha256Hex(email).slice(0, 32);
  return {
    begin: (email) => tries.begin(accountOf(email)),
    succeeded: (email) => tries.forget(accountOf(email)),
  };
}
