import { addBuild, createFakeWorld, type FakeWorld } from './testing/fake-world.ts';
import { allOn, commits, createOperator, ledgerOf, liveIn, unanswered } from './testing/operator.ts';

const [first, second, third] = commits;

/** The second commit live on blue, the first warm on green. */
async function withTwo(): Promise<FakeWorld> {
  const world = createFakeWorld();
  for (const commit of [first, second, third]) addBuild(world, commit);
  await createOperator(world).deploy(first);
  await createOperator(world).deploy(second);
  return world;
}

test('a rollback is one traffic call a rule, before anything else but its note', async () => {
  const world = await withTwo();
  const alice = createOperator(world);
  await alice.rollback();
  expect(await liveIn(world)).toEqual(allOn('green', 'a'));
  expect(alice.apis().filter((api) => api !== 'dynamodb:UpdateItem')).toEqual([
    'dynamodb:PutItem',
    'dynamodb:PutItem',
    'elbv2:ModifyRule',
    'elbv2:ModifyRule',
    'ssm:PutParameter',
    'lambda:UpdateFunctionCode',
    'dynamodb:PutItem',
    'dynamodb:DeleteItem',
  ]);
  expect(ledgerOf(world).slice(-2)).toEqual(['rolling-back b', 'rolled-back b']);
});

test('the ledger keeps the order of what was done, also when a machine’s clock is behind another’s', async () => {
  const world = createFakeWorld();
  for (const commit of [first, second]) addBuild(world, commit);
  const alice = createOperator(world, { clockAheadMs: 60_000 });
  await alice.deploy(first);
  await alice.deploy(second);
  await createOperator(world, { name: 'bob' }).rollback();
  expect(ledgerOf(world).slice(-3)).toEqual(['verified b', 'rolling-back b', 'rolled-back b']);
  expect((await createOperator(world, { name: 'bob' }).rollback()).because).toContain('already');
});

test('rolled back twice, the second time calls nothing', async () => {
  const world = await withTwo();
  await createOperator(world).rollback();
  const alice = createOperator(world);
  expect((await alice.rollback()).because).toMatch(
    /^staging was rolled back to .*-aaaaaaa at .* by alice already$/,
  );
  expect(alice.apis()).toEqual(['dynamodb:PutItem', 'dynamodb:DeleteItem']);
});

test('after a rollback the next release goes on from there, and can be rolled back to it', async () => {
  const world = await withTwo();
  await createOperator(world).rollback();
  await createOperator(world).deploy(third);
  expect(await liveIn(world)).toEqual(allOn('blue', 'c'));
  await createOperator(world).rollback();
  expect(await liveIn(world)).toEqual(allOn('green', 'a'));
});

test.each([
  ['too small', 1],
  ['gone', 0],
] as const)('a standby that is %s is refused, unless it is started first or forced', async (_, running) => {
  const world = await withTwo();
  world.services.get('backend-green')!.deployments[0]!.running = running;
  const alice = createOperator(world);
  await expect(alice.rollback()).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringMatching(/backend-green has \d healthy tasks, and live has 2/),
  });
  expect(await liveIn(world)).toEqual(allOn('blue', 'b'));
  await createOperator(world).rollback({ force: true });
  expect(await liveIn(world)).toEqual(allOn('green', 'a'));
});

test('a standby that was stopped is started before traffic moves', async () => {
  const world = await withTwo();
  for (const service of ['prediction-api-green', 'backend-green', 'workers-green']) {
    const standby = world.services.get(service)!;
    standby.desired = 0;
    standby.deployments[0]!.running = 0;
  }
  const alice = createOperator(world);
  await alice.rollback({ warm: true });
  expect(alice.apis().lastIndexOf('ecs:UpdateService')).toBeLessThan(
    alice.apis().indexOf('elbv2:ModifyRule'),
  );
  expect(await liveIn(world)).toEqual(allOn('green', 'a'));
  expect(unanswered(world)).toEqual([]);
});

test('a standby that holds another build is refused, forced or not', async () => {
  const world = await withTwo();
  addBuild(world, third, 'fails its smoke test');
  await expect(createOperator(world).deploy(third)).rejects.toMatchObject({ code: 'smoke' });
  await expect(createOperator(world).rollback({ force: true })).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining('backend-green holds sha256:'),
  });
});

test('with nothing verified, or nothing before it, there is nowhere to go back to', async () => {
  const world = createFakeWorld();
  await expect(createOperator(world).rollback()).rejects.toMatchObject({ code: 'refused' });
  addBuild(world, first);
  await createOperator(world).deploy(first);
  await expect(createOperator(world).rollback()).rejects.toMatchObject({
    message: expect.stringContaining('no verified release before'),
  });
});

test('a release in its bake is rolled back over the head of the run that watches it', async () => {
  const world = await withTwo();
  const calls = createOperator(await withTwo());
  await calls.deploy(third);
  const moved = calls.apis().lastIndexOf('elbv2:ModifyRule') + 3;
  await expect(createOperator(world, { killAfter: moved }).deploy(third)).rejects.toThrow();
  expect(await liveIn(world)).toEqual(allOn('green', 'c'));
  await expect(createOperator(world, { name: 'bob' }).rollback()).rejects.toMatchObject({ code: 'locked' });
  await createOperator(world, { name: 'bob' }).rollback({ force: true });
  expect(await liveIn(world)).toEqual(allOn('blue', 'b'));
  expect(ledgerOf(world).at(-1)).toBe('failed c');
});

test('a rollback begun and not ended stands in the way of a release, and says what to do', async () => {
  const world = await withTwo();
  await expect(createOperator(world, { killAfter: 6 }).rollback()).rejects.toThrow();
  world.at += 200_000;
  await expect(createOperator(world).deploy(third)).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining('make rollback ENV=staging'),
  });
});

test('the colour that is live again may shrink as far as the one it follows', async () => {
  const world = createFakeWorld();
  for (const commit of [first, second]) addBuild(world, commit);
  await createOperator(world).deploy(first);
  for (const service of ['prediction-api-green', 'backend-green', 'workers-green']) {
    const live = world.services.get(service)!;
    live.desired = 7;
    live.deployments[0]!.running = 7;
  }
  await createOperator(world).deploy(second);
  await createOperator(world).rollback();
  expect(world.services.get('backend-green')).toMatchObject({ desired: 7, minimum: 2 });
});

test('traffic moved by hand after a rollback is put back by force, where the ledger says', async () => {
  const world = await withTwo();
  await createOperator(world).rollback();
  const rule = world.weights.get('rule/backend')!;
  for (const group of rule.keys()) rule.set(group, 50);
  await expect(createOperator(world).rollback()).rejects.toMatchObject({ code: 'traffic-moved-by-hand' });
  const alice = createOperator(world);
  await alice.rollback({ force: true });
  expect(await liveIn(world)).toEqual(allOn('green', 'a'));
  expect(alice.apis().filter((api) => api === 'elbv2:ModifyRule')).toHaveLength(1);
});
