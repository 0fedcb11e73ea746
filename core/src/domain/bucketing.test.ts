import { assignGroup, bucket, fnv1a32, randomChoice } from './bucketing.ts';

test('the golden vectors of the hash hold', () => {
  expect(bucket('seed', 'a')).toBe(0.0505);
  expect(bucket('foo', 'def')).toBe(0.2019);
});

test('non-ASCII text is hashed over its UTF-8 bytes', () => {
  const bytes = [...new TextEncoder().encode('zoë ✈ 𝒳')];
  let expected = 0x811c9dc5n;
  for (const byte of bytes) expected = ((expected ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn;
  expect(fnv1a32('zoë ✈ 𝒳')).toBe(Number(expected));
});

test('a million units split 50/50 within sampling error', () => {
  let model = 0;
  for (let i = 0; i < 1_000_000; i++) if (assignGroup('experiment', `u${i}`, 0.5) === 'model') model++;
  expect(Math.abs(model / 1_000_000 - 0.5)).toBeLessThan(0.002);
});

test('the random value is independent of the group', () => {
  const counts = { model: [0, 0], fallback: [0, 0] };
  for (let i = 0; i < 100_000; i++) {
    const group = assignGroup('e', `u${i}`, 0.5);
    const value = randomChoice('e', `u${i}`, [0, 1]);
    counts[group][value]!++;
  }
  for (const [zero, one] of Object.values(counts))
    expect(Math.abs(one! / (zero! + one!) - 0.5)).toBeLessThan(0.01);
});
