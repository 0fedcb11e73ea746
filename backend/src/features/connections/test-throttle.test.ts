import { newId } from '@foretell/core/node/new-id';
import { insertRows } from '../../db/rows.ts';
import { connectionTests } from '../../db/tries.ts';
import { signUp } from '../../testing/sample-workspace.ts';
import { startOfflineBackend } from '../../testing/start-offline-backend.ts';
import type { TestBackend } from '../../testing/start-test-backend.ts';
import { createTestThrottle } from './test-throttle.ts';

let backend: TestBackend;
beforeAll(async () => {
  backend = await startOfflineBackend();
});
afterAll(() => backend.stop());

const caller = (workspace: string) => ({ workspace, user: { id: newId(), email: '', createdAt: '' } });

/** How many of a hundred tries are let through. */
async function allowed(tryOnce: () => Promise<void>): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const refused = await tryOnce().then(
      () => false,
      () => true,
    );
    if (refused) return tries;
  }
  return 100;
}

test('a user tries twenty connections in a quarter of an hour, all of a workspace together sixty', async () => {
  let at = 0;
  const begin = createTestThrottle(backend.database, () => new Date(at));
  const workspace = newId();
  const users = Array.from({ length: 4 }, () => caller(workspace));
  const counts: number[] = [];
  for (const user of users) counts.push(await allowed(() => begin(user)));
  expect(counts).toEqual([20, 20, 20, 0]);
  await expect(begin(users[3]!)).rejects.toThrow('Try again in 15 minutes.');
  const elsewhere = caller(newId());
  expect(await allowed(() => begin(elsewhere))).toBe(20);
  at = 15 * 60_000;
  expect(await allowed(() => begin(users[0]!))).toBe(20);
});

test.each(['user', 'workspace'] as const)(
  'a %s over its limit is refused before any host is spoken to',
  async (who) => {
    const signedUp = await signUp(backend);
    const until = new Date(Date.now() + 10 * 60_000).toISOString();
    await backend.database.write((tx) =>
      insertRows(tx, connectionTests, { account: signedUp[who], tries: 60, until }),
    );
    const body = {
      name: 'shop',
      kind: 'postgresql',
      settings: { host: 'db.example.com', database: 'shop', tls: 'required' },
      credentials: { username: 'reader', password: 'secret' },
    };
    const {
      status,
      headers,
      body: problem,
    } = await backend.client.call('testConnection', { token: signedUp.token, body });
    expect([status, headers['content-type']]).toEqual([
      429,
      expect.stringContaining('application/problem+json'),
    ]);
    expect(Number(headers['retry-after'])).toBeGreaterThan(500);
    expect(problem.detail).toMatch(/^Too many connections were tried lately/);
    const row = await backend.database.read.findOneByOrFail(connectionTests, { account: signedUp[who] });
    expect(row.tries).toBe(60);
  },
);
