import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasMariaDb, startMariaDb } from './mariadb.ts';

export interface TestDatabase {
  /** Of an empty database. */
  url: string;
  stop(): Promise<void>;
}
export interface DatabaseEngine {
  name: string;
  /** Why its suites cannot run here; null when they can. */
  missing: string | null;
  start(): Promise<TestDatabase>;
}

async function startSqlite(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'foretell-sqlite-'));
  return {
    url: `sqlite:${join(folder, 'test.db')}`,
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}

async function startMySql(): Promise<TestDatabase> {
  const server = await startMariaDb();
  return { url: await server.createDatabase('foretell'), stop: () => server.stop() };
}

/** Both engines the tables must be equal on. */
export const databaseEngines: DatabaseEngine[] = [
  { name: 'SQLite', missing: null, start: startSqlite },
  {
    name: 'MariaDB',
    missing: hasMariaDb() ? null : 'there is no mariadbd: scripts/setup/test-tools.sh installs it',
    start: startMySql,
  },
];

/** One suite an engine; loudly skipped where the machine lacks it. */
export function describeOnEachDatabase(title: string, suite: (engine: DatabaseEngine) => void): void {
  for (const engine of databaseEngines) {
    if (engine.missing === null) describe(`${title} on ${engine.name}`, () => suite(engine));
    else describe.skip(`${title} on ${engine.name} (SKIPPED: ${engine.missing})`, () => suite(engine));
  }
}
