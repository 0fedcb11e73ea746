import { tmpdir } from 'node:os';
import { withDuckDb } from './duckdb.ts';

const options = { threads: 1, memoryMb: 200, tempDir: tmpdir() };
/** Would take hours. */
const endless = 'SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = -1';

test('a statement that runs is stopped when its signal aborts, and so is the next, for the reason of the signal', async () => {
  const stopping = new AbortController();
  const reason = new Error('cancelled');
  setTimeout(() => stopping.abort(reason), 200);
  const running = withDuckDb({ ...options, signal: stopping.signal }, async (connection) => {
    await connection.run(endless).catch(() => undefined);
    await connection.run(endless);
  });
  await expect(running).rejects.toBe(reason);
});

test('nothing begins on a signal that has aborted', async () => {
  let began = false;
  const signal = AbortSignal.abort(new Error('too late'));
  const running = withDuckDb({ ...options, signal }, () => {
    began = true;
    return Promise.resolve();
  });
  await expect(running).rejects.toThrow('too late');
  expect(began).toBe(false);
});
