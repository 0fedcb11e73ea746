import type { SQSClient } from '@aws-sdk/client-sqs';
import type { UnfinishedJobs } from '@foretell/backend/db/unfinished-jobs';
import type { JobRow } from '@foretell/backend/db/work';
import { messages, type QueueName } from '@foretell/core/contracts/messages';
import { deadLetterUrl } from '../runtime/dead-letters.ts';
import { parseMessage } from '../runtime/dispatch.ts';
import type { Handler } from '../runtime/handler.ts';
import { countMessages, peekMessages } from '../runtime/peek-messages.ts';
import { giveUpJob, isOfThisAttempt, type GiveUpDeps } from './give-up-job.ts';

export interface SweepDeps extends Pick<GiveUpDeps, 'jobs'> {
  unfinished: UnfinishedJobs;
  sqs: SQSClient;
  queueUrls: Record<QueueName, string>;
  now: () => number;
}

/** A worker says every two seconds that it is at a job; it may be too busy to for a while. */
const aliveMs = 120_000;
/** Where the queue is never empty, a job nobody has been at for so long was lost all the same. */
const lostMs = 24 * 3_600_000;
/** Dead letters looked at, a queue and sweep: what lies behind them is seen once these are taken care of. */
const maxPeeked = 200;
/** Silent jobs looked at in a sweep, those silent for longest first. */
const maxSilent = 200;

const jobQueues = ['imports', 'trainings', 'batch-predictions'] as const satisfies QueueName[];
const queueOf = ({ type }: JobRow) => messages[type].queue;

/**
 * Fails the jobs that no worker will finish: those whose message is on a dead-letter queue, which is where SQS itself puts
 * it when worker after worker died, and those whose message is nowhere. One that a worker is at is never touched. Safe to
 * run at any time, by several workers at once.
 */
export function createSweepHandler(deps: SweepDeps): Handler<'jobs.sweep'> {
  return async (_message, { logger }) => {
    const dead = await sweepDeadLetters(deps);
    const lost = await sweepSilent(deps);
    if (dead + lost > 0) logger.warn({ dead, lost }, 'jobs that no worker will finish have failed');
  };
}

async function sweepDeadLetters(deps: SweepDeps): Promise<number> {
  let failed = 0;
  for (const queue of jobQueues) {
    const found = await peekMessages(deps.sqs, deadLetterUrl(deps.queueUrls[queue]), maxPeeked);
    const newest = new Map(found.flatMap(({ body }) => jobMessage(body)).toSorted());
    for (const row of await deps.unfinished.byIds([...newest.keys()])) {
      const isSilent = silentSince(row) < deps.now() - aliveMs;
      if (
        isOfThisAttempt(row, newest.get(row.id) ?? '') &&
        isSilent &&
        (await giveUpJob(deps, row, 'workersDied'))
      )
        failed++;
    }
  }
  return failed;
}

/** The job and the id of a message that starts one. None of what is no message of ours: `make dlq` shows such. */
function jobMessage(body: string): [job: string, message: string][] {
  try {
    const { id, payload } = parseMessage(body);
    return 'job' in payload ? [[payload.job, id]] : [];
  } catch {
    return [];
  }
}

const silentSince = ({ heartbeatAt, updatedAt }: JobRow) => Date.parse(heartbeatAt ?? updatedAt);

async function sweepSilent(deps: SweepDeps): Promise<number> {
  const before = new Date(deps.now() - aliveMs).toISOString();
  const rows = await deps.unfinished.silentSince(before, maxSilent);
  if (rows.length === 0) return 0;
  const emptyQueues = new Set<QueueName>();
  for (const queue of new Set(rows.map(queueOf)))
    if ((await countMessages(deps.sqs, deps.queueUrls[queue])) === 0) emptyQueues.add(queue);
  let failed = 0;
  for (const row of rows) {
    const isLost = emptyQueues.has(queueOf(row)) || silentSince(row) < deps.now() - lostMs;
    if (isLost && (await giveUpJob(deps, row, 'lost'))) failed++;
  }
  return failed;
}
