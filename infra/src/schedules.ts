import { everyWorkspace, messages, type Message } from '@foretell/core/contracts/messages';
import type { ScheduledMessage } from '@foretell/core/contracts/scheduled-messages';

export interface Schedule<T extends ScheduledMessage = ScheduledMessage> {
  /** What the rule's name ends with. */
  readonly rule: string;
  readonly description: string;
  /** As EventBridge writes it, in UTC. */
  readonly expression: string;
  readonly payload: Message<T>['payload'];
}

/** When the clock sends what, of no workspace in particular. */
export const schedules: { readonly [T in ScheduledMessage]: Schedule<T> } = {
  'experiment.analyze': {
    rule: 'experiment-looks',
    description: 'Takes a look at every running experiment, each hour',
    expression: 'rate(1 hour)',
    payload: {},
  },
  'sources.due': {
    rule: 'sources-due',
    description: 'Starts the imports whose time has come',
    expression: 'rate(10 minutes)',
    payload: {},
  },
  'records.compact': {
    rule: 'records-compact',
    description: 'Makes streamed records part of their feature sets',
    expression: 'rate(1 minute)',
    payload: {},
  },
  'online-features.refresh': {
    rule: 'online-features',
    description: 'Publishes the online features anew that newer data has come for, each night',
    expression: 'cron(20 0 * * ? *)',
    payload: {},
  },
  'jobs.sweep': {
    rule: 'job-sweep',
    description: 'Fails the jobs that no worker will finish',
    expression: 'rate(1 minute)',
    payload: {},
  },
};

/** One entry a rule, with the queue that the workers read its message from. */
export const scheduled = (Object.keys(schedules) as ScheduledMessage[]).map((type) => ({
  type,
  queue: messages[type].queue,
  ...schedules[type],
}));
export type Scheduled = (typeof scheduled)[number];

/**
 * The message as EventBridge fills it in: the event's own id and time make each a message of its own, and the same message
 * when EventBridge delivers it twice.
 */
export const scheduledMessage = ({ type, payload }: Scheduled) => ({
  paths: { id: '$.id', time: '$.time' },
  template: JSON.stringify({
    id: '<id>',
    type,
    version: 1,
    workspace: everyWorkspace,
    createdAt: '<time>',
    payload,
  }),
});
