import { createStatementStore } from './statement-store.ts';
import type { StatementResult, Work } from './warehouse-engine.ts';

function createEngine() {
  const run: string[] = [];
  const gate = Promise.withResolvers<void>();
  return {
    run,
    gate,
    async transaction({ sqls, signal }: Work): Promise<StatementResult[]> {
      run.push(...sqls);
      await gate.promise;
      signal.throwIfAborted();
      return sqls.map(() => ({ columns: null, rows: [], count: 0 }));
    },
    close: () => Promise.resolve(),
  };
}
const submission = (sql: string, clientToken?: string) => ({
  name: undefined,
  database: 'foretell',
  workgroup: 'foretell',
  sqls: [sql],
  isBatch: false,
  parameters: [],
  login: null,
  clientToken,
});

test('statements run one after the other; what waits or runs can be cancelled, once', async () => {
  const engine = createEngine();
  const store = createStatementStore(engine);
  const [first, second, third] = ['one', 'two', 'three'].map((sql) => store.submit(submission(sql)));
  await Promise.resolve();
  await Promise.resolve();
  expect(store.cancel(first!.id)).toBe(true);
  expect(store.cancel(second!.id)).toBe(true);
  expect(store.cancel(second!.id)).toBe(false);
  engine.gate.resolve();
  await store.idle();
  expect(engine.run).toEqual(['one', 'three']);
  expect([first, second, third].map((statement) => statement!.status)).toEqual([
    'ABORTED',
    'ABORTED',
    'FINISHED',
  ]);
  expect(store.cancel(first!.id)).toBe(false);
});

test('the same client token answers the statement submitted before', () => {
  const store = createStatementStore(createEngine());
  const first = store.submit(submission('one', 'token'));
  expect(store.submit(submission('one', 'token'))).toBe(first);
  expect(store.submit(submission('one'))).not.toBe(first);
});

test('the oldest ended statements are forgotten, those that wait never', async () => {
  const engine = createEngine();
  engine.gate.resolve();
  const store = createStatementStore(engine);
  const first = store.submit(submission('first'));
  await store.idle();
  const waiting = Array.from({ length: 1200 }, (_, i) => store.submit(submission(String(i))));
  expect(store.get(first.id)).toBeUndefined();
  expect(waiting.every(({ id }) => store.get(id) !== undefined)).toBe(true);
  await store.idle();
});
