import { firstIdAt, newId } from './new-id.ts';

test('the first id of a moment sorts between those made before and after it', () => {
  const before = newId();
  const made = parseInt(before.replaceAll('-', '').slice(0, 12), 16);
  expect(firstIdAt(made) <= before).toBe(true);
  expect(firstIdAt(made + 1) > before).toBe(true);
  expect(firstIdAt(0) < firstIdAt(1)).toBe(true);
});
