import { createLruCache } from './lru-cache.ts';

test('the entries used last are kept', () => {
  const cache = createLruCache<string, number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  expect(cache.get('a')).toBe(1);
  cache.set('c', 3);
  expect(cache.get('b')).toBeUndefined();
  expect(cache.get('a')).toBe(1);
  expect(cache.get('c')).toBe(3);
  cache.clear();
  expect(cache.get('a')).toBeUndefined();
});
