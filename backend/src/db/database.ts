import type { DataSource, EntityManager } from 'typeorm';
import { createDataSource } from './data-source.ts';

/** Inside `write`: everything done through it is one transaction. */
export type Transaction = EntityManager;

export interface Database {
  /** For reading only: on SQLite a write through it fails, since it could fall into another caller's transaction. */
  readonly read: EntityManager;
  /**
   * Runs `work` in one transaction. `work` must touch nothing but the database: on MySQL it is run again when the
   * server chose it as a deadlock's victim, on SQLite all writers of the process wait for it.
   */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  migrate(): Promise<void>;
  close(): Promise<void>;
}

const deadlockAttempts = 5;

function isDeadlock(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ER_LOCK_DEADLOCK' || code === 'ER_LOCK_WAIT_TIMEOUT';
}

async function withRetries<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= deadlockAttempts || !isDeadlock(error)) throw error;
    }
  }
}

/** One at a time, in the order asked. */
function createMutex(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

async function openSqlite(url: string): Promise<Database> {
  const writer = await createDataSource(url).initialize();
  const reader = await createDataSource(url, { readOnly: true }).initialize();
  const oneAtATime = createMutex();
  return {
    read: reader.manager,
    write: (work) => oneAtATime(() => writer.transaction(work)),
    migrate: () => oneAtATime(() => migrate(writer)),
    async close() {
      await oneAtATime(() => writer.destroy());
      await reader.destroy();
    },
  };
}

async function openMySql(url: string, password: string | undefined): Promise<Database> {
  const source = await createDataSource(url, { password }).initialize();
  return {
    read: source.manager,
    write: (work) => withRetries(() => source.transaction('READ COMMITTED', work)),
    migrate: () => migrate(source),
    close: () => source.destroy(),
  };
}

async function migrate(source: DataSource): Promise<void> {
  await source.runMigrations({ transaction: 'each' });
}

/** `password` takes the place of the URL's, where it is a secret of its own. */
export function openDatabase(url: string, password?: string): Promise<Database> {
  return url.startsWith('sqlite:') ? openSqlite(url) : openMySql(url, password);
}
