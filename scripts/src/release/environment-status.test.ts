import { environmentStatus as statusOf } from './environment-status.ts';
import { statusText } from './print-status.ts';
import { readLock } from './lock.ts';
import { readState } from './read-state.ts';
import { environmentStatus } from './result.ts';
import { fakeAws } from './testing/fake-aws.ts';
import { addBuild, createFakeWorld, type FakeWorld } from './testing/fake-world.ts';
import { commits, createOperator } from './testing/operator.ts';

const [first, second, third] = commits;

async function statusIn(world: FakeWorld) {
  const { aws } = fakeAws(world);
  const [state, lock] = await Promise.all([readState(aws, world.target), readLock(aws, 'staging')]);
  return environmentStatus.parse(statusOf(world.target, state, lock, new Date(world.at)));
}

async function withTwo(): Promise<FakeWorld> {
  const world = createFakeWorld();
  for (const commit of [first, second, third]) addBuild(world, commit);
  await createOperator(world).deploy(first);
  await createOperator(world).deploy(second);
  return world;
}

test('status tells colour, digest, commit, weights, health, where a rollback goes and how long it takes', async () => {
  const status = await statusIn(await withTwo());
  expect(status.services.find(({ service }) => service === 'backend')).toEqual({
    service: 'backend',
    live: 'blue',
    guard: null,
    colours: [
      {
        colour: 'blue',
        weight: 100,
        digest: expect.stringMatching(/b{40}$/),
        commit: second,
        tasks: { desired: 2, running: 2, healthy: 2 },
      },
      {
        colour: 'green',
        weight: 0,
        digest: expect.stringMatching(/a{40}$/),
        commit: first,
        tasks: { desired: 2, running: 2, healthy: 2 },
      },
    ],
  });
  expect(status.rollback).toMatchObject({
    target: { commit: first },
    ready: true,
    reasons: [],
    estimatedSeconds: 2,
  });
  const text = statusText(status);
  expect(text).toMatch(/^staging: \S+-bbbbbbb \(commit bbbbbbb\), verified /);
  expect(text).toMatch(
    / {2}backend +blue +live +100 % {2}bbbbbbb {2}sha256:\w{12} {2}2\/2 tasks {2}2 healthy/,
  );
  expect(text).toMatch(/rollback to +\S+-aaaaaaa \(commit aaaaaaa\), ready, about 2 s, kept warm until /);
});

test('a rollback that would have to start tasks first is estimated from what starting took', async () => {
  const world = await withTwo();
  for (const service of ['prediction-api-green', 'backend-green', 'workers-green']) {
    world.services.get(service)!.desired = 0;
    world.services.get(service)!.deployments[0]!.running = 0;
  }
  const { rollback } = await statusIn(world);
  expect(rollback.ready).toBe(false);
  expect(rollback.reasons).toContain('backend-green has 0 healthy tasks, and live has 2');
  expect(rollback.estimatedSeconds).toBeGreaterThan(2);
});

test('an environment that has never run anything says so', async () => {
  const status = await statusIn(createFakeWorld());
  expect(status).toMatchObject({
    live: null,
    open: null,
    lock: null,
    rollback: { target: null, ready: false },
  });
  expect(statusText(status)).toMatch(/^staging: nothing verified yet/);
});

test('a release under way, its lock, and weights moved by hand are said', async () => {
  const world = await withTwo();
  await createOperator(world, { killAfter: 4 })
    .deploy(third)
    .catch(() => undefined);
  const rule = world.weights.get('rule/backend')!;
  for (const group of rule.keys()) rule.set(group, 50);
  const status = await statusIn(world);
  expect(status.open).toMatchObject({ commit: third, by: 'alice' });
  expect(status.lock).toMatch(/^alice \(deploy-staging\), taken \d+ s ago, last renewed \d+ s ago$/);
  expect(status.services.find(({ service }) => service === 'backend')?.live).toBeNull();
  expect(status.problems).toEqual([expect.stringContaining('backend has blue 50, green 50')]);
  expect(statusText(status)).toMatch(/PROBLEM +backend has blue 50, green 50/);
});

test('the build that a rollback left is still told by its commit', async () => {
  const world = await withTwo();
  await createOperator(world).rollback();
  const { services } = await statusIn(world);
  const backend = services.find(({ service }) => service === 'backend')!;
  expect([backend.live, ...backend.colours.map(({ commit }) => commit)]).toEqual(['green', second, first]);
});
