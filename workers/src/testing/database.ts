import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type Database } from '@foretell/backend/db/database';

export interface TestDatabase {
  database: Database;
  url: string;
  /** A folder that goes with it. */
  dir: string;
  stop(): Promise<void>;
}

/** A control-plane database of a test's own, migrated. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const dir = await mkdtemp(join(tmpdir(), 'foretell-workers-'));
  const url = `sqlite:${join(dir, 'foretell.db')}`;
  const database = await openDatabase(url);
  await database.migrate();
  return {
    database,
    url,
    dir,
    async stop() {
      await database.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
