import { firstIdAt } from '@foretell/core/node/new-id';
import { IsNull, LessThan, Not } from 'typeorm';
import type { Database } from '../db/database.ts';
import { deleteInBatches } from '../db/delete-in-batches.ts';
import { mails } from '../db/mails.ts';
import { invitations, sessions } from '../db/people.ts';
import { recordFiles } from '../db/record-files.ts';
import { removals, resumeRemovals } from '../db/removals.ts';
import type { OutboxStore } from './outbox-store.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;
/** So long the link in a mail by which no more are sent is good. */
const mailDays = 60;
/** Longer than SQS keeps a message, 14 days, and 14 more when it is sent back from the dead letters. */
const longerThanMessagesDays = 30;
/** An hour's, beyond what any hour brings. */
const maxRecordFiles = 200_000;

/**
 * Batches of records that a feature set has had for long: what they hold is in the lake, and no message brings them again
 * that would have to find them merged.
 */
function forgetMergedFiles(database: Database): Promise<number> {
  // By the time that is in their ids: they are the key.
  const batch = LessThan(firstIdAt(Date.now() - longerThanMessagesDays * dayMs));
  return deleteInBatches(
    database,
    recordFiles,
    'batch',
    { batch, featureSet: Not(IsNull()) },
    maxRecordFiles,
  );
}

/**
 * Deletes what is over: sessions, invitations nobody took, old mails, removals, merged records, and what left the outbox a
 * week ago. Removals that are not done after an hour are asked for again.
 */
export function createTidy(database: Database, outbox: OutboxStore): () => Promise<void> {
  return async () => {
    const now = new Date().toISOString();
    const oldMails = new Date(Date.now() - mailDays * dayMs).toISOString();
    const doneRemovals = new Date(Date.now() - longerThanMessagesDays * dayMs).toISOString();
    await database.write(async (tx) => {
      await tx.delete(sessions, { expiresAt: LessThan(now) });
      await tx.delete(invitations, { expiresAt: LessThan(now) });
      await tx.delete(mails, { createdAt: LessThan(oldMails) });
      await tx.delete(removals, { finishedAt: LessThan(doneRemovals) });
      await resumeRemovals(tx, new Date(Date.now() - hourMs).toISOString());
    });
    await forgetMergedFiles(database);
    await outbox.forgetSent(weekMs);
  };
}
