import { addBuild, createFakeWorld, type Behaviour, type FakeWorld } from './testing/fake-world.ts';
import {
  allOn,
  commits,
  createOperator,
  guardReverts,
  ledgerOf,
  liveIn,
  openRelease,
  unanswered,
} from './testing/operator.ts';

const [first, second, third] = commits;

/** An environment with the first commit live on green. */
async function withFirst(behaviour: Behaviour = 'good'): Promise<FakeWorld> {
  const world = createFakeWorld();
  addBuild(world, first);
  await createOperator(world).deploy(first);
  addBuild(world, second, behaviour);
  addBuild(world, third);
  return world;
}

test('a first release goes to the standby of an environment that has never run anything', async () => {
  const world = createFakeWorld();
  addBuild(world, first);
  const alice = createOperator(world);
  expect(await alice.deploy(first)).toMatchObject({ because: `commit ${first} is live and verified` });
  expect(await liveIn(world)).toEqual(allOn('green', 'a'));
  expect(ledgerOf(world)).toEqual(['started a', 'verified a']);
  expect(world.items.has('lock|lock')).toBe(false);
});

test('the calls of a release are in the order that keeps traffic safe', async () => {
  const world = await withFirst();
  const alice = createOperator(world);
  await alice.deploy(second);
  const order = alice.apis().filter((api) => api !== 'dynamodb:UpdateItem');
  expect(order).toEqual([
    'dynamodb:PutItem',
    'dynamodb:PutItem',
    ...Array<string>(3).fill('ecs:RegisterTaskDefinition'),
    'ecs:RunTask',
    'lambda:UpdateFunctionCode',
    ...Array<string[]>(3)
      .fill(['application-autoscaling:RegisterScalableTarget', 'ecs:UpdateService'])
      .flat(),
    'ssm:PutParameter',
    'ssm:PutParameter',
    'elbv2:ModifyRule',
    'elbv2:ModifyRule',
    'ssm:PutParameter',
    'dynamodb:PutItem',
    'ssm:PutParameter',
    'ssm:PutParameter',
    'dynamodb:DeleteItem',
  ]);
  expect(await liveIn(world)).toEqual(allOn('blue', 'b'));
});

test('workers are told their colour, and run the image by its digest', async () => {
  const world = await withFirst();
  const container = world.definitions.get(world.services.get('workers-green')?.taskDefinition ?? '')
    ?.containerDefinitions?.[0];
  expect(container?.environment).toEqual([
    { name: 'A', value: '1' },
    { name: 'COLOUR', value: 'green' },
  ]);
  expect(container?.image).toMatch(/^foretell\/workers@sha256:[0-9a-f]{64}$/);
});

test('the standby gets as many tasks as the live colour has, and keeps them', async () => {
  const world = await withFirst();
  for (const service of ['prediction-api-green', 'backend-green', 'workers-green']) {
    const live = world.services.get(service)!;
    live.desired = 7;
    live.deployments[0]!.running = 7;
  }
  await createOperator(world).deploy(second);
  expect(world.services.get('prediction-api-blue')).toMatchObject({ desired: 7, minimum: 2 });
  expect(world.services.get('prediction-api-green')).toMatchObject({ desired: 7, minimum: 7 });
});

test('what is live already is not released again', async () => {
  const world = await withFirst();
  const alice = createOperator(world);
  expect(await alice.deploy(first)).toEqual({
    release: null,
    because: `commit ${first} is live on staging already`,
  });
  expect(alice.apis()).toEqual(['dynamodb:PutItem', 'dynamodb:DeleteItem']);
});

test.each([
  ['crashes', 'rolled-back-by-ecs'],
  ['never healthy', 'unhealthy'],
  ['fails its smoke test', 'smoke'],
] as const)('a build that %s gets no traffic, and its tasks are stopped', async (behaviour, code) => {
  const world = await withFirst(behaviour);
  const alice = createOperator(world);
  await expect(alice.deploy(second)).rejects.toMatchObject({ code });
  expect(alice.apis()).not.toContain('elbv2:ModifyRule');
  expect(await liveIn(world)).toEqual(allOn('green', 'a'));
  expect(ledgerOf(world)).toEqual(['started a', 'verified a', 'started b', 'failed b']);
  for (const service of ['prediction-api-blue', 'backend-blue', 'workers-blue'])
    expect(world.services.get(service)).toMatchObject({ desired: 0, minimum: 0 });
  expect(unanswered(world)).toEqual([]);
});

test('a migration that fails leaves the standby as it was', async () => {
  const world = await withFirst();
  world.migrationExitCode = 1;
  const alice = createOperator(world);
  await expect(alice.deploy(second)).rejects.toMatchObject({ code: 'migration' });
  expect(alice.apis()).not.toContain('elbv2:ModifyRule');
  expect(alice.apis()).not.toContain('ecs:UpdateService');
  expect(ledgerOf(world).at(-1)).toBe('failed b');
});

test('an alarm in the bake takes all of the traffic back', async () => {
  const world = await withFirst('rings in the bake');
  const alice = createOperator(world);
  await expect(alice.deploy(second)).rejects.toMatchObject({ code: 'alarm' });
  expect(await liveIn(world)).toEqual(allOn('green', 'a'));
  expect(ledgerOf(world).at(-1)).toBe('failed b');
  expect(unanswered(world)).toEqual([]);
});

test('an alarm that rang before the release is not the release’s', async () => {
  const world = await withFirst();
  world.alarms.push({ name: 'foretell-staging-backend-blue-errors', since: new Date(world.at - 60_000) });
  await createOperator(world).deploy(second);
  expect(await liveIn(world)).toEqual(allOn('blue', 'b'));
});

test('what the guard takes back of one service is taken back of all', async () => {
  const world = await withFirst();
  let acted = false;
  const alice = createOperator(world, {
    onWrite: (api) => {
      const open = openRelease(world);
      if (
        acted ||
        api !== 'ssm:PutParameter' ||
        world.parameters.get('/foretell/staging/workers/active-colour') !== 'blue' ||
        !open
      )
        return;
      acted = true;
      guardReverts(world, 'backend', open.release, 'green');
    },
  });
  await expect(alice.deploy(second)).rejects.toMatchObject({ code: 'alarm' });
  expect(acted).toBe(true);
  expect(await liveIn(world)).toEqual(allOn('green', 'a'));
});

test('what the guard took back just after a release was verified is where the next release leaves from', async () => {
  const world = await withFirst();
  const { release } = await createOperator(world).deploy(second);
  guardReverts(world, 'backend', release ?? '', 'green');
  const alice = createOperator(world);
  await alice.deploy(third);
  expect(alice.writes.filter(({ api }) => api === 'ecs:UpdateService').map(({ input }) => input)).toEqual(
    ['prediction-api-green', 'backend-blue', 'workers-green'].map((service) =>
      expect.objectContaining({ service }),
    ),
  );
  expect(await liveIn(world)).toEqual({ ...allOn('green', 'c'), backend: 'blue c' });
});

test('two operators at once: one releases, the other is told who does, and changes nothing', async () => {
  const world = await withFirst();
  const bob = createOperator(world, { name: 'bob' });
  let refused: unknown;
  let asked = false;
  const alice = createOperator(world, {
    onWrite: (api) => {
      if (asked || api !== 'ecs:RunTask') return;
      asked = true;
      void bob.deploy(third).catch((error: unknown) => (refused = error));
    },
  });
  await alice.deploy(second);
  expect(refused).toMatchObject({
    code: 'locked',
    message: expect.stringContaining('locked by alice (deploy-staging), taken'),
  });
  expect(bob.writes).toEqual([]);
  expect(await liveIn(world)).toEqual(allOn('blue', 'b'));
});

test('a lock that was taken away stops the run before its next call, and it undoes nothing', async () => {
  const world = await withFirst();
  let taken = false;
  const alice = createOperator(world, {
    onWrite: (api) => {
      if (taken || api !== 'ecs:RunTask') return;
      taken = true;
      world.items.delete('lock|lock');
    },
  });
  await expect(alice.deploy(second)).rejects.toMatchObject({ code: 'lock-lost' });
  expect(alice.apis().at(-1)).toBe('ecs:RunTask');
});

test('weights that were moved by hand are refused, and left', async () => {
  const world = await withFirst();
  const rule = world.weights.get('rule/backend')!;
  for (const group of rule.keys()) rule.set(group, 50);
  const alice = createOperator(world);
  await expect(alice.deploy(second)).rejects.toMatchObject({
    code: 'traffic-moved-by-hand',
    message: expect.stringContaining('backend has blue 50, green 50'),
  });
  expect(alice.apis()).toEqual(['dynamodb:PutItem', 'dynamodb:DeleteItem']);
});
