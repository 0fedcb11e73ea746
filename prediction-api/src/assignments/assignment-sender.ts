import type { Assignment, Message } from '@foretell/core/contracts/messages';
import { createLruCache } from '@foretell/core/domain/lru-cache';
import type { Logger } from '@foretell/core/node/logger';
import { maxMessageBytes, splitByBytes, type SendMessage } from '../queues/message-sender.ts';

/** An assignment whose time is not yet text: most are of units told before. */
export type Exposure = Omit<Assignment, 'exposedAt'> & { exposedAtMs: number };

export interface AssignmentSender {
  /** A unit was exposed. Told to the experiment once; what this process has told before is not told again. */
  add(workspace: string, exposure: Exposure): void;
  start(): void;
  /** Sends what waits, as far as SQS takes it within one attempt; what it does not is logged by its number. */
  stop(): Promise<void>;
}

export interface AssignmentSenderOptions {
  everyMs: number;
  /** Assignments that may wait while SQS is down. Beyond it the unit is told of at its next prediction, or by the log. */
  maxWaiting: number;
  /** (experiment, unit) pairs remembered as told. */
  remembered: number;
  newId: () => string;
  now: () => number;
}

interface Waiting {
  workspace: string;
  assignment: Assignment;
}

/**
 * Tells the experiments which units were exposed, in batches off the request path. The fast way, not the sure one: what
 * a process takes with it is found in the prediction log before the next look (ADR 0011).
 */
export function createAssignmentSender(
  send: SendMessage<'assignments.batch'>,
  logger: Logger,
  options: AssignmentSenderOptions,
): AssignmentSender {
  const { everyMs, maxWaiting, remembered, newId, now } = options;
  const told = createLruCache<string, true>(remembered);
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  let failing = false;

  async function sendAll(): Promise<void> {
    const taken = waiting;
    waiting = [];
    const unsent: Waiting[] = [];
    const byWorkspace = Map.groupBy(taken, (entry) => entry.workspace);
    for (const [workspace, group] of byWorkspace)
      for (const part of splitByBytes(group, maxMessageBytes))
        if (!(await sendPart(workspace, part))) unsent.push(...part);
    waiting = [...unsent, ...waiting];
  }

  async function sendPart(workspace: string, part: readonly Waiting[]): Promise<boolean> {
    try {
      await send(
        messageOf(
          workspace,
          part.map(({ assignment }) => assignment),
        ),
      );
      if (failing) logger.info('assignments are sent again');
      failing = false;
      return true;
    } catch (error) {
      if (!failing) logger.error({ err: error }, 'assignments could not be sent; they wait');
      failing = true;
      return false;
    }
  }

  const messageOf = (workspace: string, assignments: Assignment[]): Message<'assignments.batch'> => ({
    id: newId(),
    type: 'assignments.batch',
    version: 1,
    workspace,
    createdAt: new Date(now()).toISOString(),
    payload: { assignments },
  });

  function tick(): void {
    running = sendAll().then(() => {
      if (!stopped) timer = setTimeout(tick, everyMs);
    });
  }

  return {
    add(workspace, { experiment, unit, group, exposedAtMs }) {
      const pair = `${experiment} ${unit}`;
      if (told.get(pair)) return;
      if (waiting.length >= maxWaiting) return;
      told.set(pair, true);
      const exposedAt = new Date(exposedAtMs).toISOString();
      waiting.push({ workspace, assignment: { experiment, unit, group, exposedAt } });
    },
    start: tick,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      await sendAll();
      if (waiting.length > 0)
        logger.warn({ dropped: waiting.length }, 'assignments were not sent; the prediction log has them');
    },
  };
}
