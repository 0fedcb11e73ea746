import type { Logger } from '@foretell/core/node/logger';
import { DomainError } from '@foretell/core/domain/errors';
import { In, MoreThanOrEqual } from 'typeorm';
import type { Database } from '../../db/database.ts';
import { jobs, notifications } from '../../db/work.ts';
import { shownJob } from '../jobs/shown-job.ts';
import { shownNotification } from '../notifications/routes.ts';

export interface ServerEvent {
  event: 'job' | 'notification';
  data: unknown;
}
export interface Listener {
  workspace: string;
  user: string;
  send: (event: ServerEvent) => void;
}

const pollMs = 500;
/** A tab has one each, and each holds a connection. */
const mostOfUser = 20;

/** Other processes' clocks and commits may be this late: what is seen twice in between is sent once. */
const overlapMs = 5000;

/** Tells listeners what changed in their workspace. The tables are asked twice a second, only while somebody listens. */
export function createEventHub(database: Database, logger: Logger, now: () => number = Date.now) {
  const listeners = new Set<Listener>();
  /** What was sent lately: the row's id and state, and when it was seen. */
  const sent = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let since = now();

  function isNew(key: string): boolean {
    if (sent.has(key)) return false;
    sent.set(key, now());
    return true;
  }

  async function changes() {
    const workspace = In([...new Set([...listeners].map((listener) => listener.workspace))]);
    const after = MoreThanOrEqual(new Date(since - overlapMs).toISOString());
    const [changed, noticed] = await Promise.all([
      database.read.findBy(jobs, { workspace, updatedAt: after }),
      database.read.findBy(notifications, { workspace, createdAt: after }),
    ]);
    return {
      jobs: changed.filter(({ id, updatedAt, progress, status, step }) =>
        isNew(`${id} ${updatedAt} ${progress} ${status} ${step}`),
      ),
      notices: noticed.filter(({ id }) => isNew(id)),
    };
  }

  function tell(listener: Listener, { jobs: changed, notices }: Awaited<ReturnType<typeof changes>>): void {
    for (const row of changed)
      if (row.workspace === listener.workspace) listener.send({ event: 'job', data: shownJob(row) });
    for (const row of notices)
      if (row.workspace === listener.workspace && row.user === listener.user)
        listener.send({ event: 'notification', data: shownNotification(row) });
  }

  async function poll(): Promise<void> {
    const startedAt = now();
    const found = await changes();
    for (const listener of listeners) tell(listener, found);
    since = startedAt;
    for (const [key, at] of sent) if (at < startedAt - 2 * overlapMs) sent.delete(key);
  }

  function schedule(): void {
    timer = setTimeout(() => {
      poll()
        .catch((error: unknown) => logger.warn({ err: error }, 'could not look for changes'))
        .finally(() => {
          if (listeners.size > 0) schedule();
          else timer = undefined;
        });
    }, pollMs);
  }

  return {
    /** Answers how to stop listening. Throws `rate_limited` for a user who has too many listeners already. */
    listen(listener: Listener): () => void {
      const ofUser = [...listeners].filter(({ user }) => user === listener.user);
      if (ofUser.length >= mostOfUser)
        throw new DomainError('rate_limited', `At most ${mostOfUser} event streams are open for one user.`, {
          retryAfterSeconds: 10,
        });
      listeners.add(listener);
      if (!timer) {
        since = now();
        schedule();
      }
      return () => void listeners.delete(listener);
    },
  };
}
export type EventHub = ReturnType<typeof createEventHub>;
