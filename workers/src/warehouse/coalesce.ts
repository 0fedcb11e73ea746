/**
 * Loads what arrives within `delayMs` of each other together: a COPY costs far more than its rows. Each caller's promise
 * settles with the load its items were in.
 */
export function createCoalescer<T>(
  load: (items: T[]) => Promise<void>,
  { delayMs, maxItems }: { delayMs: number; maxItems: number },
): (items: readonly T[]) => Promise<void> {
  let waiting: { items: T[]; done: PromiseWithResolvers<void>; timer: NodeJS.Timeout } | null = null;

  function flush(): void {
    if (!waiting) return;
    const { items, done, timer } = waiting;
    waiting = null;
    clearTimeout(timer);
    load(items).then(done.resolve, done.reject);
  }

  return (items) => {
    waiting ??= { items: [], done: Promise.withResolvers<void>(), timer: setTimeout(flush, delayMs) };
    const { done } = waiting;
    for (const item of items) waiting.items.push(item);
    if (waiting.items.length >= maxItems) flush();
    return done.promise;
  };
}
