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

test('a million units split 50/50 within sampling error, whatever characters name them', () => {
  let model = 0;
  for (let i = 0; i < 1_000_000; i++) if (assignGroup('experiment', `u${i}`, 0.5) === 'model') model++;
  expect(Math.abs(model / 1_000_000 - 0.5)).toBeLessThan(0.002);
  expect(Math.abs(nonBmp() - 0.5)).toBeLessThan(0.005);
});

/** The share of the model among a hundred thousand units whose names are beyond the Basic Multilingual Plane. */
function nonBmp(): number {
  let model = 0;
  for (let i = 0; i < 100_000; i++)
    if (assignGroup('𝒳', `😀${String.fromCodePoint(0x1f300 + (i % 200))}${i}`, 0.5) === 'model') model++;
  return model / 100_000;
}

/** Whether two experiments' groups over the same units are related: χ² of the 2×2 table, one degree of freedom. */
function dependence(a: Uint8Array, b: Uint8Array): number {
  const table = [0, 0, 0, 0];
  a.forEach((group, i) => table[2 * group + b[i]!]!++);
  const [n, rows, columns] = [a.length, [0, 0], [0, 0]];
  table.forEach((count, cell) => {
    rows[cell >> 1]! += count;
    columns[cell & 1]! += count;
  });
  return table.reduce((sum, count, cell) => {
    const expected = (rows[cell >> 1]! * columns[cell & 1]!) / n;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

test('forty experiments at once divide the same units independently of each other, all 780 pairs', () => {
  const units = Array.from({ length: 10_000 }, (_, i) => `user-${i}`);
  const seeds = Array.from({ length: 40 }, (_, i) => `experiment-${i}`);
  const groupsOf = (groupOf: (seed: string, unit: string) => number) =>
    seeds.map((seed) => Uint8Array.from(units, (unit) => groupOf(seed, unit)));
  const related = (groups: Uint8Array[]) => {
    let [pairs, found] = [0, 0];
    for (let i = 0; i < groups.length; i++)
      for (let j = 0; j < i; j++) {
        pairs++;
        // χ² of p < .001.
        if (dependence(groups[i]!, groups[j]!) > 10.828) found++;
      }
    return { pairs, found };
  };
  const twice = related(groupsOf((seed, unit) => Number(assignGroup(seed, unit, 0.5) === 'model')));
  expect(twice.pairs).toBe(780);
  // Chance alone gives 0.78.
  expect(twice.found).toBeLessThanOrEqual(4);
  const once = related(groupsOf((seed, unit) => Number(fnv1a32(seed + unit) % 10_000 < 5000)));
  expect(once.found).toBeGreaterThan(50);
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
