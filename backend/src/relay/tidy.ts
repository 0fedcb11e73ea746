import { LessThan } from 'typeorm';
import type { Database } from '../db/database.ts';
import { invitations, sessions } from '../db/people.ts';
import type { OutboxStore } from './outbox-store.ts';

const weekMs = 7 * 86_400_000;

/** Deletes what is over: sessions, invitations nobody took, and what left the outbox a week ago. */
export function createTidy(database: Database, outbox: OutboxStore): () => Promise<void> {
  return async () => {
    const now = new Date().toISOString();
    await database.write(async (tx) => {
      await tx.delete(sessions, { expiresAt: LessThan(now) });
      await tx.delete(invitations, { expiresAt: LessThan(now) });
    });
    await outbox.forgetSent(weekMs);
  };
}
