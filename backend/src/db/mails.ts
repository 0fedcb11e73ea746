import type { NotificationChoices } from '@foretell/core/contracts/notifications';
import { column, table } from './columns.ts';
import type { NotificationRow } from './work.ts';

const { id, ref, instant, json, text, string, optional } = column;

/** A notification that goes by e-mail. `source` is unique with the user, as a notification's is. */
export interface MailRow extends Omit<NotificationRow, 'readAt'> {
  /** SHA-256 of the token in the mail by which no more of its topic are sent; null until it is sent. */
  tokenHash: string | null;
  /** Until then a worker is sending it. */
  claimedUntil: string | null;
  sentAt: string | null;
}
export const mails = table<MailRow>('mails', {
  id,
  workspace: ref,
  user: ref,
  source: string(120),
  kind: string(60),
  title: string(255),
  body: text,
  link: optional(string(512)),
  tokenHash: optional(string(64)),
  claimedUntil: optional(instant),
  sentAt: optional(instant),
  createdAt: instant,
});

/** What a member of a workspace chose; topics that are not named have their defaults. */
export interface NotificationSettingsRow {
  workspace: string;
  user: string;
  choices: Partial<NotificationChoices>;
  updatedAt: string;
}
export const notificationSettings = table<NotificationSettingsRow>('notification_settings', {
  workspace: id,
  user: id,
  choices: json,
  updatedAt: instant,
});
