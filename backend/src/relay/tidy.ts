import { LessThan } from 'typeorm';
import type { Database } from '../db/database.ts';
import { mails } from '../db/mails.ts';
import { invitations, sessions } from '../db/people.ts';
import { removals } from '../db/removals.ts';
import type { OutboxStore } from './outbox-store.ts';

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
/** So long the link in a mail by which no more are sent is good. */
const mailDays = 60;
/** Longer than SQS keeps a message, 14 days: none of what was deleted is still to come. */
const removalDays = 30;

/** Deletes what is over: sessions, invitations nobody took, old mails, removals, and what left the outbox a week ago. */
export function createTidy(database: Database, outbox: OutboxStore): () => Promise<void> {
  return async () => {
    const now = new Date().toISOString();
    const oldMails = new Date(Date.now() - mailDays * dayMs).toISOString();
    const doneRemovals = new Date(Date.now() - removalDays * dayMs).toISOString();
    await database.write(async (tx) => {
      await tx.delete(sessions, { expiresAt: LessThan(now) });
      await tx.delete(invitations, { expiresAt: LessThan(now) });
      await tx.delete(mails, { createdAt: LessThan(oldMails) });
      await tx.delete(removals, { finishedAt: LessThan(doneRemovals) });
    });
    await outbox.forgetSent(weekMs);
  };
}
