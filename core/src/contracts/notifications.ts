import { z } from 'zod';

/** What a person is told of, and may choose the ways of. Failures of every kind of work are one topic. */
export const notificationTopic = z.enum([
  'dataset.ready',
  'dataset.updated',
  'training.done',
  'model.deployed',
  'experiment.concluded',
  'batch-prediction.done',
  'online-features.published',
  'failed',
  'other',
]);
export type NotificationTopic = z.output<typeof notificationTopic>;

/** The ways somebody is told: in the dashboard, by e-mail, both or neither. */
export const notificationChannels = z.strictObject({ dashboard: z.boolean(), email: z.boolean() });
export type NotificationChannels = z.output<typeof notificationChannels>;
export type NotificationChoices = Record<NotificationTopic, NotificationChannels>;

const both = { dashboard: true, email: true };
const dashboardOnly = { dashboard: true, email: false };

/** Of whoever chose nothing: a mail for what is waited for or has failed, none for what happens by itself, as schedules say. */
export const defaultChoices: NotificationChoices = {
  'dataset.ready': both,
  'dataset.updated': dashboardOnly,
  'training.done': both,
  'model.deployed': both,
  'experiment.concluded': both,
  'batch-prediction.done': both,
  'online-features.published': dashboardOnly,
  failed: both,
  other: dashboardOnly,
};

/** The topic of a notification's kind. */
export function topicOf(kind: string): NotificationTopic {
  const named = notificationTopic.safeParse(kind);
  if (named.success) return named.data;
  return kind.endsWith('.failed') ? 'failed' : 'other';
}

/** Of the caller, in the workspace of the session; `email` is where mails go. */
export const notificationSettings = z
  .object({ email: z.string(), topics: z.record(notificationTopic, notificationChannels) })
  .meta({ id: 'NotificationSettings' });

/** The topics named change; all others stay as they are. */
export const notificationSettingsChange = z
  .strictObject({ topics: z.partialRecord(notificationTopic, notificationChannels) })
  .meta({ id: 'NotificationSettingsChange' });
