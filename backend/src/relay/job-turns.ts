import type { QueueName } from '@foretell/core/contracts/messages';
import type { Transaction } from '../db/database.ts';
import { jobs, outbox } from '../db/work.ts';

interface Turn {
  workspace: string;
  queue: QueueName;
  /** How many more of the workspace's jobs may go to this queue now. */
  free: number;
}
type Counted = Pick<Turn, 'workspace' | 'queue'> & { n: number | string };

/** Workspaces served a turn; those that waited longest come first, the others within the next turns. */
const maxTurns = 50;

/** Whose waiting jobs may leave the outbox at `now` (ISO, UTC): never more than `atOnce` unfinished a workspace and queue. */
export async function jobTurns(tx: Transaction, now: string, atOnce: number): Promise<Turn[]> {
  const waiting: Counted[] = await tx
    .createQueryBuilder(outbox, 'o')
    .select('o.workspace', 'workspace')
    .addSelect('o.queue', 'queue')
    .addSelect('COUNT(*)', 'n')
    .where('o.job IS NOT NULL AND o.sentAt IS NULL')
    .andWhere('(o.claimedUntil IS NULL OR o.claimedUntil < :now)', { now })
    .groupBy('o.workspace')
    .addGroupBy('o.queue')
    .orderBy('MIN(o.id)')
    .getRawMany();
  if (waiting.length === 0) return [];
  const underWay: Counted[] = await tx
    .createQueryBuilder(outbox, 'o')
    .innerJoin(jobs.options.name, 'j', 'j.id = o.job')
    .select('o.workspace', 'workspace')
    .addSelect('o.queue', 'queue')
    .addSelect('COUNT(DISTINCT o.job)', 'n')
    .where("j.status IN ('queued', 'running')")
    .andWhere('(o.sentAt IS NOT NULL OR o.claimedUntil >= :now)', { now })
    .groupBy('o.workspace')
    .addGroupBy('o.queue')
    .getRawMany();
  const busy = new Map(underWay.map(({ workspace, queue, n }) => [`${workspace} ${queue}`, Number(n)]));
  return waiting
    .map(({ workspace, queue }) => ({
      workspace,
      queue,
      free: atOnce - (busy.get(`${workspace} ${queue}`) ?? 0),
    }))
    .filter(({ free }) => free > 0)
    .slice(0, maxTurns);
}
