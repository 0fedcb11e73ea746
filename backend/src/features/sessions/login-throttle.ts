import { DomainError } from '@foretell/core/domain/errors';
import { sha256Hex } from '@foretell/core/node/secret-token';
import { LessThanOrEqual, MoreThan } from 'typeorm';
import type { Database } from '../../db/database.ts';
import { isDuplicate } from '../../db/is-duplicate.ts';
import { signIns, type SignInsRow } from '../../db/people.ts';
import { insertRows } from '../../db/rows.ts';

export interface LoginThrottle {
  /**
   * Counts one more try before its password is looked at, so that many at once get no further than one after the other.
   * Throws `rate_limited` when the account has had too many that failed lately.
   */
  begin(email: string): Promise<void>;
  succeeded(email: string): Promise<void>;
}

const maxTries = 10;
const windowMs = 15 * 60_000;

/** Counts sign-ins per e-mail, whether it has an account or not, over all replicas. */
export function createLoginThrottle(database: Database, now: () => Date = () => new Date()): LoginThrottle {
  const accountOf = (email: string) => sha256Hex(email).slice(0, 32);

  function refuseBeyond(most: number, row: SignInsRow | null): void {
    if (!row || row.tries <= most) return;
    throw new DomainError('rate_limited', 'Too many failed sign-ins for this e-mail. Try again later.', {
      retryAfterSeconds: (Date.parse(row.until) - now().getTime()) / 1000,
    });
  }

  return {
    async begin(email) {
      const account = accountOf(email);
      const at = now().toISOString();
      const open = { account, until: MoreThan(at) };
      refuseBeyond(maxTries - 1, await database.read.findOneBy(signIns, open));
      const counted = await database.write(async (tx) => {
        const another = async () => ((await tx.increment(signIns, open, 'tries', 1)).affected ?? 0) > 0;
        if (!(await another())) {
          await tx.delete(signIns, { until: LessThanOrEqual(at) });
          const until = new Date(now().getTime() + windowMs).toISOString();
          try {
            await insertRows(tx, signIns, { account, tries: 1, until });
          } catch (error) {
            if (!isDuplicate(error) || !(await another())) throw error;
          }
        }
        return tx.findOneBy(signIns, { account });
      });
      refuseBeyond(maxTries, counted);
    },
    succeeded: (email) =>
      database.write(async (tx) => {
        await tx.delete(signIns, { account: accountOf(email) });
      }),
  };
}
