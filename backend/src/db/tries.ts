import { counted } from '@foretell/core/domain/count-words';
import { DomainError } from '@foretell/core/domain/errors';
import { LessThanOrEqual, MoreThan, type EntitySchema } from 'typeorm';
import { column, table } from './columns.ts';
import type { Database } from './database.ts';
import { isDuplicate } from './is-duplicate.ts';
import { insertRows } from './rows.ts';

const { id, instant, int } = column;

/** How often somebody has tried something lately, until a time at which that is forgotten. */
export interface TriesRow {
  account: string;
  tries: number;
  until: string;
}
const triesTable = (name: string) => table<TriesRow>(name, { account: id, tries: int, until: instant });

/** Sign-ins that have not succeeded, by part of the e-mail's SHA-256: nobody's address is kept for having been typed. */
export const signIns = triesTable('sign_ins');
/** Tries of connections to hosts that users name, by user and by workspace. */
export const connectionTests = triesTable('connection_tests');

export interface LimitedTries {
  /**
   * Counts one more try of `account` (at most 36 characters) before it is made, so that many at once get no further than one
   * after the other. Throws `rate_limited` when there were too many lately.
   */
  begin(account: string): Promise<void>;
  forget(account: string): Promise<void>;
}

export interface TriesLimit {
  table: EntitySchema<TriesRow>;
  most: number;
  /** From the first try on; then all are forgotten at once. */
  windowMs: number;
  /** Told to who is refused, with when to come again. */
  words: string;
}

/** Counts tries over all replicas: in the database. */
export function createLimitedTries(
  database: Database,
  { table, most, windowMs, words }: TriesLimit,
  now: () => Date = () => new Date(),
): LimitedTries {
  function refuseBeyond(allowed: number, row: TriesRow | null): void {
    if (!row || row.tries <= allowed) return;
    const retryAfterSeconds = (Date.parse(row.until) - now().getTime()) / 1000;
    const minutes = counted(Math.ceil(retryAfterSeconds / 60), 'minute');
    throw new DomainError('rate_limited', `${words} Try again in ${minutes}.`, { retryAfterSeconds });
  }

  return {
    async begin(account) {
      const at = now().toISOString();
      const open = { account, until: MoreThan(at) };
      refuseBeyond(most - 1, await database.read.findOneBy(table, open));
      const row = await database.write(async (tx) => {
        const another = async () => ((await tx.increment(table, open, 'tries', 1)).affected ?? 0) > 0;
        if (!(await another())) {
          await tx.delete(table, { until: LessThanOrEqual(at) });
          const until = new Date(now().getTime() + windowMs).toISOString();
          try {
            await insertRows(tx, table, { account, tries: 1, until });
          } catch (error) {
            if (!isDuplicate(error) || !(await another())) throw error;
          }
        }
        return tx.findOneBy(table, { account });
      });
      refuseBeyond(most, row);
    },
    forget: (account) =>
      database.write(async (tx) => {
        await tx.delete(table, { account });
      }),
  };
}
