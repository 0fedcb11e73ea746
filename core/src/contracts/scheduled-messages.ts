import type { MessageType } from './messages.ts';

/** What the clock sends to the workers, for every workspace: EventBridge's rules on AWS, timers on a laptop. */
export type ScheduledMessage = Extract<
  MessageType,
  'experiment.analyze' | 'sources.due' | 'records.compact' | 'online-features.refresh' | 'jobs.sweep'
>;
