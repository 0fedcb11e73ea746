import { inBatches } from './send-messages.ts';

const row = (id: number, bytes: number) => ({
  id: String(id),
  kind: 'message' as const,
  queue: 'metrics' as const,
  body: 'x'.repeat(bytes),
  workspace: null,
  job: null,
  createdAt: '',
  claimedUntil: null,
  sentAt: null,
});

test('ten messages, or as many as fit, travel together', () => {
  const small = inBatches(Array.from({ length: 23 }, (_, i) => row(i, 100)));
  expect(small.map((batch) => batch.length)).toEqual([10, 10, 3]);
  const large = inBatches([row(0, 200_000), row(1, 30_000), row(2, 30_000), row(3, 200_000)]);
  expect(large.map((batch) => batch.map(({ id }) => id))).toEqual([
    ['0', '1'],
    ['2', '3'],
  ]);
});
