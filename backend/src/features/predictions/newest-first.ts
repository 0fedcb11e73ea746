/** Where a list was left: the time of the last item shown, and the ids shown that have this very time. */
export interface Position {
  at: string;
  seen: string[];
}

interface Timed {
  id: string;
  createdAt: string;
}

/** Merges sources that are each newest first into one that is. */
export async function* mergeNewestFirst<T extends Timed>(sources: AsyncIterable<T>[]): AsyncGenerator<T> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
  for (;;) {
    let newest = -1;
    let at = '';
    heads.forEach((head, i) => {
      if (head.done || head.value.createdAt <= at) return;
      [newest, at] = [i, head.value.createdAt];
    });
    const [head, iterator] = [heads[newest], iterators[newest]];
    if (!head || head.done || !iterator) return;
    yield head.value;
    heads[newest] = await iterator.next();
  }
}

/** Takes `limit` items after `position`, however many share its time. */
export async function takeAfter<T extends Timed>(
  source: AsyncIterable<T>,
  position: Position | null,
  limit: number,
): Promise<{ items: T[]; next: Position | null }> {
  const items: T[] = [];
  const seen = new Set(position?.seen);
  for await (const item of source) {
    if (item.createdAt === position?.at && seen.has(item.id)) continue;
    if (items.length === limit) return { items, next: positionAfter(items, position) };
    items.push(item);
  }
  return { items, next: null };
}

function positionAfter(items: Timed[], before: Position | null): Position | null {
  const last = items.at(-1);
  if (!last) return null;
  const seen = items.filter(({ createdAt }) => createdAt === last.createdAt).map(({ id }) => id);
  return { at: last.createdAt, seen: before?.at === last.createdAt ? [...before.seen, ...seen] : seen };
}
