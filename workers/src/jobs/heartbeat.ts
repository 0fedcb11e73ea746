import type { JobProgress } from '@foretell/backend/db/job-progress';
import type { JobRow } from '@foretell/backend/db/work';
import type { Logger } from '@foretell/core/node/logger';

/** A cancelled job's worker stops after about so long; the sweep of lost jobs waits for many of these. */
const everyMs = 2000;

/** Says over and over that a worker is at the job, and calls `onOver` once when there is nothing to do any more. */
export function startHeartbeat(
  jobs: Pick<JobProgress, 'heartbeat'>,
  job: Pick<JobRow, 'id' | 'attempt'>,
  onOver: () => void,
  logger: Logger,
): { stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const next = () => {
    if (!stopped) timer = setTimeout(() => void beat(), everyMs);
  };
  async function beat(): Promise<void> {
    try {
      if (await jobs.heartbeat(job)) next();
      else if (!stopped) onOver();
    } catch (error) {
      logger.warn({ err: error, job: job.id }, 'a heartbeat was not written: the next will say so');
      next();
    }
  }
  next();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
