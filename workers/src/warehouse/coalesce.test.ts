import { DomainError } from '@foretell/core/domain/errors';
import { createCoalescer } from './coalesce.ts';

const options = { delayMs: 5, maxItems: 1000 };

/** Loads that fail as a whole where one item is bad, as a COPY does. */
function loader(isBad: (item: string) => boolean, failure = () => new Error('a value is too long')) {
  const loaded: string[] = [];
  const loads: number[] = [];
  const load = (items: string[]) => {
    loads.push(items.length);
    if (items.some(isBad)) return Promise.reject(failure());
    loaded.push(...items);
    return Promise.resolve();
  };
  return { load, loaded, loads };
}

test('what arrives together is loaded together', async () => {
  const { load, loads, loaded } = loader(() => false);
  const add = createCoalescer(load, options);
  await Promise.all([add(['a', 'b']), add(['c'])]);
  expect(loads).toEqual([3]);
  expect(loaded).toEqual(['a', 'b', 'c']);
});

test('only the caller whose items cannot be loaded hears of it; its neighbours are loaded', async () => {
  const { load, loaded } = loader((item) => item === 'bad');
  const add = createCoalescer(load, options);
  const parts = [['a'], ['b'], ['c', 'bad'], ['d'], ['e']];
  const settled = await Promise.allSettled(parts.map((part) => add(part)));
  expect(settled.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect([...loaded].sort()).toEqual(['a', 'b', 'd', 'e']);
});

test('a warehouse that does not answer is asked once, not once a caller', async () => {
  const { load, loads } = loader(
    () => true,
    () => new DomainError('unavailable', 'down'),
  );
  const add = createCoalescer(load, options);
  const settled = await Promise.allSettled([add(['a']), add(['b']), add(['c'])]);
  expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
  expect(loads).toEqual([3]);
});

test('a full batch does not wait', async () => {
  const { load, loads } = loader(() => false);
  const add = createCoalescer(load, { delayMs: 60_000, maxItems: 2 });
  await Promise.all([add(['a']), add(['b'])]);
  expect(loads).toEqual([2]);
});
