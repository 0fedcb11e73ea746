import { putParts, type PartSender } from './put-parts.ts';

const tenBytes = { bytes: 10, partBytes: 3 };
const none = new AbortController().signal;

/** Sends parts with `fails(part, attempt)` as the network's mood, and keeps account of all. */
function sender(fails: (part: number, attempt: number) => boolean) {
  const tried: number[] = [];
  const stored = new Map<number, [number, number]>();
  const pauses: number[] = [];
  const parts: PartSender = {
    async send({ part, start, end }, onSent) {
      tried.push(part);
      onSent(1);
      await Promise.resolve();
      if (fails(part, tried.filter((one) => one === part).length)) throw new Error(`part ${part} was lost`);
      stored.set(part, [start, end]);
    },
    async pause(ms) {
      pauses.push(ms);
      await Promise.resolve();
    },
  };
  return { parts, tried, stored, pauses };
}

test('each part is sent once, the last with what is left, and the progress ends at all', async () => {
  const { parts, tried, stored } = sender(() => false);
  const shares: number[] = [];
  await putParts(tenBytes, parts, (share) => shares.push(share), none);
  expect(tried.toSorted()).toEqual([1, 2, 3, 4]);
  expect([...stored].toSorted(([a], [b]) => a - b)).toEqual([
    [1, [0, 3]],
    [2, [3, 6]],
    [3, [6, 9]],
    [4, [9, 10]],
  ]);
  expect(shares.at(-1)).toBe(1);
  expect(Math.max(...shares)).toBe(1);
});

test('a part that fails is sent again alone, each time later, and its bytes count once', async () => {
  const { parts, tried, stored, pauses } = sender((part, attempt) => part === 2 && attempt < 5);
  const shares: number[] = [];
  await putParts(tenBytes, parts, (share) => shares.push(share), none);
  expect(tried.toSorted()).toEqual([1, 2, 2, 2, 2, 2, 3, 4]);
  expect(pauses).toEqual([1000, 2000, 4000, 8000]);
  expect([stored.size, shares.at(-1), Math.max(...shares)]).toEqual([4, 1, 1]);
});

test('a part that fails for good ends the upload with its error, and no other part is begun after it', async () => {
  const { parts, tried } = sender((part) => part === 1);
  const sending = putParts({ bytes: 300, partBytes: 3 }, parts, () => undefined, none);
  await expect(sending).rejects.toThrow('part 1 was lost');
  const count = tried.length;
  expect(count).toBeLessThan(100);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(tried.length).toBe(count);
});

test('a stopped upload sends no part again', async () => {
  const stop = new AbortController();
  const { parts, tried } = sender(() => {
    stop.abort(new Error('The upload was stopped.'));
    return true;
  });
  await expect(putParts(tenBytes, parts, () => undefined, stop.signal)).rejects.toThrow('was stopped');
  expect(tried.length).toBeLessThanOrEqual(3);
});
