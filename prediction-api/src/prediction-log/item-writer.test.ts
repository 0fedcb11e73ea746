import { createLogger } from '@foretell/core/node/logger';
import { createItemWriter, type Item, type ItemWriterOptions, type WriteItems } from './item-writer.ts';

const logger = createLogger('test', 'error', { write: () => undefined });
const options = { maxQueued: 1000, maxInFlight: 4, lingerMs: 2, deadlineMs: 5000 };
const items = (count: number): Item[] =>
  Array.from({ length: count }, (_, i) => ({ id: `i${i}`, text: '{}' }));
const none = new Set<string>();
const writerOf = (write: WriteItems, changes: Partial<ItemWriterOptions> = {}) =>
  createItemWriter(write, logger, { ...options, ...changes });

function refusal(): Error {
  return Object.assign(new Error('One item is wrong'), { name: 'ValidationException' });
}

test('items that come together travel together, at most 25 at once, and each is written once', async () => {
  const batches: string[][] = [];
  const writer = writerOf(async (batch) => {
    batches.push(batch.map(({ id }) => id));
    await new Promise((resolve) => setTimeout(resolve, 5));
    return none;
  });
  await Promise.all(items(90).map((item) => writer.write(item)));
  expect(Math.max(...batches.map(({ length }) => length))).toBe(25);
  expect(batches.length).toBeLessThan(10);
  expect(batches.flat().sort()).toEqual(
    items(90)
      .map(({ id }) => id)
      .sort(),
  );
});

test('an item that is left unprocessed is written again, and the others are not kept waiting', async () => {
  let tries = 0;
  const settled: string[] = [];
  const writer = writerOf((batch) => {
    const left = batch.some(({ id }) => id === 'i3') && ++tries < 3 ? ['i3'] : [];
    return Promise.resolve(new Set(left));
  });
  await Promise.all(items(5).map((item) => writer.write(item).then(() => settled.push(item.id))));
  expect(tries).toBe(3);
  expect(settled.at(-1)).toBe('i3');
});

test('a write that fails is tried again until its deadline, then fails as unavailable', async () => {
  let calls = 0;
  const writer = writerOf(
    () => {
      calls++;
      return Promise.reject(new Error('no connection'));
    },
    { deadlineMs: 1000 },
  );
  await expect(writer.write({ id: 'a', text: '{}' })).rejects.toMatchObject({ code: 'unavailable' });
  expect(calls).toBeGreaterThan(1);
});

test('what waits behind a write that hangs fails at its deadline, and leaves its room to others', async () => {
  const hanging: (() => void)[] = [];
  const writer = writerOf(() => new Promise((resolve) => hanging.push(() => resolve(none))), {
    maxInFlight: 1,
    maxQueued: 60,
    deadlineMs: 100,
  });
  const [sent, waiting] = [items(25), items(35)].map((some) => some.map((item) => writer.write(item)));
  const failures = await Promise.allSettled(waiting!);
  for (const failure of failures)
    expect(failure).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
  const late = writer.write({ id: 'late', text: '{}' });
  hanging.shift()!();
  await Promise.all(sent!);
  await new Promise((resolve) => setTimeout(resolve, 20));
  hanging.shift()!();
  await late;
});

test('one item that DynamoDB refuses fails alone', async () => {
  const written: string[] = [];
  const writer = writerOf((batch) => {
    if (batch.some(({ id }) => id === 'i2')) return Promise.reject(refusal());
    written.push(...batch.map(({ id }) => id));
    return Promise.resolve(none);
  });
  const results = await Promise.allSettled(items(5).map((item) => writer.write(item)));
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect(written.sort()).toEqual(['i0', 'i1', 'i3', 'i4']);
});

test('a full queue turns callers away at once, and takes them again when it has emptied', async () => {
  const release: (() => void)[] = [];
  const writer = writerOf(() => new Promise((resolve) => release.push(() => resolve(none))), {
    maxQueued: 3,
  });
  const first = items(3).map((item) => writer.write(item));
  await expect(writer.write({ id: 'x', text: '{}' })).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterSeconds: 1,
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const each of release.splice(0)) each();
  await Promise.all(first);
  const again = writer.write({ id: 'x', text: '{}' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const each of release.splice(0)) each();
  await again;
});

test('draining waits for everything that was taken', async () => {
  let written = 0;
  const writer = writerOf(async (batch) => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    written += batch.length;
    return none;
  });
  const writes = items(60).map((item) => writer.write(item));
  await writer.drain();
  expect(written).toBe(60);
  await Promise.all(writes);
});
