import { hashOf, reasonsNotToApply, type ApplyConditions, type SavedPlans } from './saved-plans.ts';

const plans: SavedPlans = {
  environment: 'staging',
  commit: 'abc',
  createdAt: '2025-11-23T12:00:00.000Z',
  stacks: [
    { name: 'data-staging', sha256: '1'.repeat(64), changes: 2 },
    { name: 'edge-staging', sha256: '2'.repeat(64), changes: 0 },
  ],
  waiting: [],
  losses: 0,
  violations: 0,
};
const fine: ApplyConditions = {
  head: 'abc',
  dirty: [],
  expectedHash: hashOf(plans),
  acceptLosses: false,
  hashOfFile: (stack) => plans.stacks.find(({ name }) => name === stack)?.sha256 ?? null,
};

test('the plans of this commit, unchanged and as reviewed, may be applied', () => {
  expect(reasonsNotToApply(plans, fine)).toEqual([]);
});

test.each<[string, Partial<SavedPlans>, Partial<ApplyConditions>, RegExp]>([
  ['another commit is checked out', {}, { head: 'def' }, /plans are of commit abc, and this is def/],
  [
    'a file differs from the commit',
    {},
    { dirty: ['infra/src/main.ts'] },
    /files differ from the commit: infra\/src\/main\.ts/,
  ],
  ['another plan was reviewed', {}, { expectedHash: 'ffff' }, /ffff was reviewed/],
  [
    'a plan file was replaced',
    {},
    { hashOfFile: () => '3'.repeat(64) },
    /plan of data-staging is not the one that was reviewed/,
  ],
  ['a plan file is gone', {}, { hashOfFile: () => null }, /plan of edge-staging is gone/],
  [
    'a policy does not hold',
    { violations: 1 },
    { expectedHash: undefined as never },
    /1 policies do not hold/,
  ],
  [
    'data can be lost',
    { losses: 2 },
    { expectedHash: undefined as never },
    /data can be lost \(2 stateful resources\)/,
  ],
])('nothing is applied when %s', (_, change, conditions, reason) => {
  expect(reasonsNotToApply({ ...plans, ...change }, { ...fine, ...conditions }).join('\n')).toMatch(reason);
});

test('losses that are accepted are no reason', () => {
  expect(reasonsNotToApply({ ...plans, losses: 2 }, { ...fine, acceptLosses: true })).toEqual([]);
});

test('every reason is said at once', () => {
  expect(reasonsNotToApply({ ...plans, violations: 1 }, { ...fine, head: 'def', dirty: ['a'] })).toHaveLength(
    3,
  );
});

test('the hash changes with a commit, a plan or a stack', () => {
  const others = [
    { ...plans, commit: 'x' },
    { ...plans, stacks: plans.stacks.slice(1) },
  ];
  expect(new Set([plans, ...others].map(hashOf)).size).toBe(3);
});
