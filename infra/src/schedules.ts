import { everyWorkspace, messages, type Message, type MessageType } from '@foretell/core/contracts/messages';

export interface Schedule<T extends MessageType = MessageType> {
  readonly description: string;
  /** As EventBridge writes it, in UTC. */
  readonly expression: string;
  readonly type: T;
  readonly payload: Message<T>['payload'];
}

/** What the clock sends to the workers, of no workspace in particular: one entry a rule. */
export const schedules: Readonly<Record<string, Schedule>> = {
  'experiment-looks': {
    description: 'Takes a look at every running experiment, each hour',
    expression: 'rate(1 hour)',
    type: 'experiment.analyze',
    payload: {},
  },
  'sources-due': {
    description: 'Starts the imports whose time has come',
    expression: 'rate(10 minutes)',
    type: 'sources.due',
    payload: {},
  },
  'records-compact': {
    description: 'Makes streamed records part of their feature sets',
    expression: 'rate(1 minute)',
    type: 'records.compact',
    payload: {},
  },
  'online-features': {
    description: 'Publishes the online features anew that newer data has come for, each night',
    expression: 'cron(20 0 * * ? *)',
    type: 'online-features.refresh',
    payload: {},
  },
  'job-sweep': {
    description: 'Fails the jobs that no worker will finish',
    expression: 'rate(1 minute)',
    type: 'jobs.sweep',
    payload: {},
  },
};

/** The queue that the workers read the message from. */
export const queueOf = ({ type }: Schedule) => messages[type].queue;

/**
 * The message as EventBridge fills it in: the event's own id and time make each a message of its own, and the same message
 * when EventBridge delivers it twice.
 */
export const scheduledMessage = ({ type, payload }: Schedule) => ({
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
