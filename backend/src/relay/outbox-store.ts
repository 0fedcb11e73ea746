import { In, IsNull, LessThan, Not, type FindOptionsWhere } from 'typeorm';
import type { Database, Transaction } from '../db/database.ts';
import { updateRows } from '../db/rows.ts';
import { outbox, type OutboxRow } from '../db/work.ts';
import { jobTurns } from './job-turns.ts';

/** How long a relay has for the rows it took before another may take them. */
const claimMs = 30_000;

export interface OutboxStoreOptions {
  /** Of one workspace's jobs, at most so many a queue are with the workers at once; the others wait in the outbox. */
  jobsAtOnce: number;
  now?: () => number;
}

export function createOutboxStore(database: Database, { jobsAtOnce, now = Date.now }: OutboxStoreOptions) {
  const iso = (time: number) => new Date(time).toISOString();
  const open = (which: FindOptionsWhere<OutboxRow> = {}): FindOptionsWhere<OutboxRow>[] => [
    { ...which, sentAt: IsNull(), claimedUntil: IsNull() },
    { ...which, sentAt: IsNull(), claimedUntil: LessThan(iso(now())) },
  ];

  function oldest(tx: Transaction, which: FindOptionsWhere<OutboxRow>, take: number): Promise<OutboxRow[]> {
    const locks = tx.dataSource.options.type === 'mysql';
    const lock = locks ? { lock: { mode: 'pessimistic_write' as const } } : {};
    return tx.find(outbox, { where: open(which), order: { id: 'ASC' }, take, ...lock });
  }

  return {
    /** Cheap: whether there is anything that may be taken, now or when a job is done. */
    hasOpen: () => database.read.exists(outbox, { where: open() }),

    /**
     * The oldest open rows, this relay's own for half a minute: two relays do not send the same. Messages that start jobs
     * are taken a few a workspace, so that one workspace's hundred imports are not in the queue before another's first.
     */
    take: (limit: number): Promise<OutboxRow[]> =>
      database.write(async (tx) => {
        const rows = await oldest(tx, { job: IsNull() }, limit);
        for (const { workspace, queue, free } of await jobTurns(tx, iso(now()), jobsAtOnce))
          rows.push(...(await oldest(tx, { job: Not(IsNull()), workspace, queue }, free)));
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
