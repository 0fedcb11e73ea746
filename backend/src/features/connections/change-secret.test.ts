import { newId } from '@foretell/core/node/new-id';
import type { Database } from '../../db/database.ts';
import { connections } from '../../db/sources.ts';
import type { Caller } from '../../http/route.ts';
import { startOfflineBackend } from '../../testing/start-offline-backend.ts';
import type { TestBackend } from '../../testing/start-test-backend.ts';
import { createConnectionService } from './service.ts';

let backend: TestBackend;
beforeAll(async () => {
  backend = await startOfflineBackend();
});
afterAll(() => backend.stop());

const caller = { workspace: newId(), user: { id: newId(), email: '', createdAt: '' } } as Caller;
const settings = { host: 'db.example.com', database: 'shop', tls: 'required' as const };
const credentials = { username: 'reader', password: 'secret' };
const kind = 'postgresql';

/** The service by `database`, and the secrets that there are. */
function serviceBy(database: Database, kept: Set<string>) {
  const secrets = {
    nameOf: (...parts: (string | undefined)[]) => parts.filter((part) => part !== undefined).join('/'),
    put: (name: string) => Promise.resolve(void kept.add(name)),
    lend: () => Promise.reject(new Error('nothing is tried')),
    remove: (name: string) => Promise.resolve(void kept.delete(name)),
  };
  return createConnectionService(database, secrets, [], () => Promise.reject(new Error('nothing is tried')));
}

/** As the database, but no write is answered; `isDone`: though it was committed. */
const answeringNothing = (isDone: boolean): Database => ({
  ...backend.database,
  async write(work) {
    if (isDone) await backend.database.write(work);
    throw new Error('the connection to the database is lost');
  },
});

test.each([
  ['was not written', false],
  ['was written, though nobody answered', true],
])('after a change that %s the row’s secret is there', async (_, isDone) => {
  const kept = new Set<string>();
  const { id } = await serviceBy(backend.database, kept).create(caller, {
    name: 'shop',
    kind,
    settings,
    credentials,
  });
  const [first] = kept;
  const lossy = serviceBy(answeringNothing(isDone), kept);
  await expect(lossy.change(caller, id, { kind, credentials })).rejects.toThrow('lost');
  const { secretRef } = await backend.database.read.findOneByOrFail(connections, { id });
  expect(kept).toContain(secretRef);
  expect(secretRef === first).toBe(!isDone);
  if (!isDone) expect([...kept]).toEqual([first]);
});
