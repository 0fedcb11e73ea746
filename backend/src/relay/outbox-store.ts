import { In, IsNull, LessThan, Not, type FindOptionsWhere } from 'typeorm';
import type { Database } from '../db/database.ts';
import { updateRows } from '../db/rows.ts';
import { outbox, type OutboxRow } from '../db/work.ts';

/** How long a relay has for the rows it took before another may take them. */
const claimMs = 30_000;

export function createOutboxStore(database: Database, now: () => number = Date.now) {
  const iso = (time: number) => new Date(time).toISOString();
  const open = (): FindOptionsWhere<OutboxRow>[] => [
    { sentAt: IsNull(), claimedUntil: IsNull() },
    { sentAt: IsNull(), claimedUntil: LessThan(iso(now())) },
  ];

  return {
    /** Cheap: whether there is anything to take. */
    hasOpen: () => database.read.exists(outbox, { where: open() }),

    /** The oldest open rows, this relay's own for half a minute: two relays do not send the same. */
    take: (limit: number): Promise<OutboxRow[]> =>
      database.write(async (tx) => {
        const locks = tx.dataSource.options.type === 'mysql';
        const rows = await tx.find(outbox, {
          where: open(),
          order: { id: 'ASC' },
          take: limit,
          ...(locks ? { lock: { mode: 'pessimistic_write' } } : {}),
        });
        const ids = rows.map(({ id }) => id);
        await updateRows(tx, outbox, { id: In(ids) }, { claimedUntil: iso(now() + claimMs) });
        return rows;
      }),

    markSent: (ids: string[]) =>
      database.write((tx) => updateRows(tx, outbox, { id: In(ids) }, { sentAt: iso(now()) })),

    /** For the next attempt, by whichever relay. */
    release: (ids: string[]) =>
      database.write((tx) =>
        updateRows(tx, outbox, { id: In(ids), sentAt: IsNull() }, { claimedUntil: null }),
      ),

    forgetSent: (olderThanMs: number) =>
      database.write((tx) =>
        tx.delete(outbox, { sentAt: LessThan(iso(now() - olderThanMs)), id: Not(IsNull()) }),
      ),
  };
}
export type OutboxStore = ReturnType<typeof createOutboxStore>;
