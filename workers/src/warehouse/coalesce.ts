import { DomainError } from '@foretell/core/domain/errors';

/** The items of one call, and whom to tell. */
interface Part<T> {
  items: readonly T[];
  done: PromiseWithResolvers<void>;
}

const isUnavailable = (error: unknown) => error instanceof DomainError && error.code === 'unavailable';

/**
 * Loads what arrives within `delayMs` of each other together: a COPY costs far more than its rows. Each caller's promise
 * settles with its own items: a load that fails for what is in it is tried again by halves, so that only the caller whose
 * items cannot be loaded hears of it. `load` must change nothing when the same items come again.
 */
export function createCoalescer<T>(
  load: (items: T[]) => Promise<void>,
  { delayMs, maxItems }: { delayMs: number; maxItems: number },
): (items: readonly T[]) => Promise<void> {
  let waiting: { parts: Part<T>[]; count: number; timer: NodeJS.Timeout } | null = null;

  async function loadTogether(parts: readonly Part<T>[]): Promise<void> {
    try {
      await load(parts.flatMap(({ items }) => items));
      for (const { done } of parts) done.resolve();
    } catch (error) {
      if (parts.length === 1 || isUnavailable(error)) {
        for (const { done } of parts) done.reject(error);
        return;
      }
      const half = Math.ceil(parts.length / 2);
      await loadTogether(parts.slice(0, half));
      await loadTogether(parts.slice(half));
    }
  }

  function flush(): void {
    if (!waiting) return;
    const { parts, timer } = waiting;
    waiting = null;
    clearTimeout(timer);
    void loadTogether(parts);
  }

  return (items) => {
    waiting ??= { parts: [], count: 0, timer: setTimeout(flush, delayMs) };
    const done = Promise.withResolvers<void>();
    waiting.parts.push({ items, done });
    waiting.count += items.length;
    if (waiting.count >= maxItems) flush();
    return done.promise;
  };
}
