import { mergeNewestFirst, takeAfter, type Position } from './newest-first.ts';

interface Item {
  id: string;
  createdAt: string;
}
async function* from(items: Item[]) {
  for (const item of items) yield await Promise.resolve(item);
}
async function collect(source: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of source) collected.push(item);
  return collected;
}
/** Items at few distinct times, so that many share one, spread over four sources. */
const items = Array.from({ length: 60 }, (_, i) => ({ id: `i${i}`, createdAt: `t${String(i % 7)}` }));
const newestFirst = (some: Item[]) => some.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
const sources = () => [0, 1, 2, 3].map((shard) => from(newestFirst(items.filter((_, i) => i % 4 === shard))));

test('sources that are each newest first merge into one that is', async () => {
  const merged = await collect(mergeNewestFirst(sources()));
  expect(merged.map(({ createdAt }) => createdAt)).toEqual(
    newestFirst(items).map(({ createdAt }) => createdAt),
  );
  expect(new Set(merged.map(({ id }) => id)).size).toBe(60);
});

/** As the store does: what is newer than the position is not asked for again. */
async function pageAfter(after: Position | null, limit: number) {
  const all = await collect(mergeNewestFirst(sources()));
  return takeAfter(from(all.filter(({ createdAt }) => !after || createdAt <= after.at)), after, limit);
}

test.each([1, 2, 3, 7, 59, 60, 61])(
  'pages of %d show everything once, though many share a time',
  async (limit) => {
    const seen: string[] = [];
    let position: Position | null = null;
    do {
      const page = await pageAfter(position, limit);
      expect(page.items.length).toBeLessThanOrEqual(limit);
      seen.push(...page.items.map(({ id }) => id));
      position = page.next;
    } while (position);
    expect(seen.toSorted()).toEqual(items.map(({ id }) => id).toSorted());
  },
);

test('a list that ends exactly at the limit has no next page', async () => {
  expect(await takeAfter(from([{ id: 'a', createdAt: 't' }]), null, 1)).toMatchObject({ next: null });
});
