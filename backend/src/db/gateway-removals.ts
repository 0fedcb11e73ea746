import { LessThanOrEqual } from 'typeorm';
import type { Database, Transaction } from './database.ts';
import { insertRows, updateRows } from './rows.ts';
import { gatewayRemovals, type GatewayRemovalRow } from './serving.ts';

/** How long a relay has for the removals it took before another may take them. */
const claimMs = 60_000;

/** API Gateway lets the key `apiKey` through no more from `dueAt` on (ISO, UTC), in the place of what was planned before. */
export async function planGatewayRemoval(tx: Transaction, apiKey: string, dueAt: string): Promise<void> {
  await tx.delete(gatewayRemovals, { apiKey });
  await insertRows(tx, gatewayRemovals, { apiKey, dueAt });
}

/** False: somebody is at it already, or it is done. */
export async function withdrawGatewayRemoval(tx: Transaction, removal: GatewayRemovalRow): Promise<boolean> {
  const { affected } = await tx.delete(gatewayRemovals, { ...removal });
  return affected === 1;
}

/** What is due, for relays that take it in turns. */
export function createGatewayRemovalStore(database: Database, now: () => number = Date.now) {
  const iso = (time: number) => new Date(time).toISOString();
  const due = () => ({ dueAt: LessThanOrEqual(iso(now())) });
  return {
    /** The longest due, this relay's own for a minute. */
    async take(limit: number): Promise<GatewayRemovalRow[]> {
      if (!(await database.read.exists(gatewayRemovals, { where: due() }))) return [];
      return database.write(async (tx) => {
        const locks = tx.dataSource.options.type === 'mysql';
        const lock = locks ? { lock: { mode: 'pessimistic_write' as const } } : {};
        const found = await tx.find(gatewayRemovals, {
          where: due(),
          order: { dueAt: 'ASC' },
          take: limit,
          ...lock,
        });
        const claim = { dueAt: iso(now() + claimMs) };
        for (const { apiKey } of found) await updateRows(tx, gatewayRemovals, { apiKey }, claim);
        return found.map(({ apiKey }) => ({ apiKey, ...claim }));
      });
    },
    done: (removal: GatewayRemovalRow) => database.write((tx) => withdrawGatewayRemoval(tx, removal)),
  };
}
export type GatewayRemovalStore = ReturnType<typeof createGatewayRemovalStore>;
