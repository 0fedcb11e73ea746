import type { Database } from '../../db/database.ts';
import { connectionTests, createLimitedTries } from '../../db/tries.ts';
import type { Caller } from '../../http/route.ts';

/** Before a host that a user names is spoken to. Throws `rate_limited` when the caller or the workspace does so too often. */
export type BeginTest = (caller: Pick<Caller, 'user' | 'workspace'>) => Promise<void>;

const [mostOfUser, mostOfWorkspace] = [20, 60];
const limit = {
  table: connectionTests,
  windowMs: 15 * 60_000,
  words: 'Too many connections were tried lately.',
};

/** Keeps the backend from being anybody's tool to guess passwords or look for open ports. */
export function createTestThrottle(database: Database, now?: () => Date): BeginTest {
  const ofUser = createLimitedTries(database, { ...limit, most: mostOfUser }, now);
  const ofWorkspace = createLimitedTries(database, { ...limit, most: mostOfWorkspace }, now);
  return async ({ user, workspace }) => {
    await ofUser.begin(user.id);
    await ofWorkspace.begin(workspace);
  };
}
