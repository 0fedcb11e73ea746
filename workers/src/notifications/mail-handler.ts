import type { Database } from '@foretell/backend/db/database';
import { mails, type MailRow } from '@foretell/backend/db/mails';
import { memberships, users, workspaces } from '@foretell/backend/db/people';
import { lockRow, updateRows } from '@foretell/backend/db/rows';
import { DomainError } from '@foretell/core/domain/errors';
import { newSecretToken, sha256Hex } from '@foretell/core/node/secret-token';
import type { Handler } from '../runtime/handler.ts';
import { composeMail } from './compose-mail.ts';
import type { SendMail } from './send-mail.ts';

export interface MailDeps {
  database: Database;
  sendMail: SendMail;
  /** The dashboard's origin, as its users reach it. */
  dashboardUrl: string;
  now: () => number;
}

/** How long a worker has to send a mail before another may: longer than SES is waited for. */
const claimMs = 60_000;

/**
 * `mail.send`: sends a mail once, however often its message arrives. SES knows no idempotency key: only when a worker dies,
 * or SES's answer is lost, after SES took the mail and before that is noted, is it sent a second time (docs/adr/0028).
 */
export function createMailHandler(deps: MailDeps): Handler<'mail.send'> {
  const { database, sendMail, dashboardUrl } = deps;
  return async ({ payload }, { logger }) => {
    const token = newSecretToken('fu');
    const mail = await claim(deps, payload.mail, sha256Hex(token));
    const place = mail && (await placeOf(database, mail));
    if (!place) return;
    const { kind, title, body, link } = mail;
    try {
      const id = await sendMail(composeMail({ ...place, kind, title, body, link, dashboardUrl, token }));
      logger.info({ mail: mail.id, ses: id }, 'a mail was sent');
    } catch (error) {
      await database.write((tx) => updateRows(tx, mails, { id: mail.id }, { claimedUntil: null }));
      throw error;
    }
    const sentAt = new Date(deps.now()).toISOString();
    await database.write((tx) => updateRows(tx, mails, { id: mail.id }, { sentAt }));
  };
}

/** The mail, for this worker to send; null when there is nothing to send any more. */
async function claim({ database, now }: MailDeps, id: string, tokenHash: string): Promise<MailRow | null> {
  return database.write(async (tx) => {
    const row = await lockRow(tx, mails, { id });
    if (!row || row.sentAt !== null) return null;
    const at = now();
    if (row.claimedUntil !== null && Date.parse(row.claimedUntil) > at)
      throw new DomainError('unavailable', 'Another worker is sending this mail.');
    const claimedUntil = new Date(at + claimMs).toISOString();
    await updateRows(tx, mails, { id }, { claimedUntil, tokenHash });
    return row;
  });
}

/** Where it goes; null for whoever is no member any more. */
async function placeOf({ read }: Database, { workspace, user }: MailRow) {
  const [member, person, place] = await Promise.all([
    read.findOneBy(memberships, { workspace, user }),
    read.findOneBy(users, { id: user }),
    read.findOneBy(workspaces, { id: workspace }),
  ]);
  return member && person && place ? { to: person.email, workspaceName: place.name } : null;
}
