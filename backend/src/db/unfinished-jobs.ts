import { In, IsNull, LessThan } from 'typeorm';
import type { Database } from './database.ts';
import { sparkRuns, unfinishedRun } from './spark-runs.ts';
import { jobs, outbox, unfinishedJob as status, type JobRow, type OutboxRow } from './work.ts';

/** Jobs that are not over, for whoever looks for those that never will be. */
export interface UnfinishedJobs {
  byIds(ids: string[]): Promise<JobRow[]>;
  /**
   * Those that no worker has spoken of since `before` (ISO, UTC), whose message left the outbox earlier than that, and that
   * have no run on EMR; at most `limit`, those that have not changed for longest.
   */
  silentSince(before: string, limit: number): Promise<JobRow[]>;
}

export function createUnfinishedJobs({ read }: Pick<Database, 'read'>): UnfinishedJobs {
  return {
    byIds: (ids) => read.findBy(jobs, { id: In(ids), status }),
    async silentSince(before, limit) {
      const rows = await read.find(jobs, {
        where: [
          { status, heartbeatAt: LessThan(before) },
          { status, heartbeatAt: IsNull(), updatedAt: LessThan(before) },
        ],
        order: { updatedAt: 'ASC' },
        take: limit,
      });
      const job = In(rows.map(({ id }) => id));
      const isRecent = ({ sentAt }: OutboxRow) => sentAt === null || sentAt >= before;
      const sendings = (await read.findBy(outbox, { job })).filter(isRecent);
      // A run is asked for by messages of its own, and ends by its own time limit.
      const runs = await read.findBy(sparkRuns, { job, status: unfinishedRun });
      const underWay = new Set([...sendings, ...runs].map((row) => row.job));
      return rows.filter(({ id }) => !underWay.has(id));
    },
  };
}
