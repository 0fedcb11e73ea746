import { addBuild, createFakeWorld, type Behaviour, type FakeWorld } from './testing/fake-world.ts';
import {
  allOn,
  commits,
  createOperator,
  ledgerOf,
  liveIn,
  openRelease,
  unanswered,
} from './testing/operator.ts';

const [first, second, third] = commits;
type Operator = ReturnType<typeof createOperator>;

/** Long enough that a dead run's lock is taken over. */
const afterStaleMs = 200_000;

/** Kills the tool after each of its writes in turn: traffic is answered every time, and a rerun ends well. */
async function killedEverywhere(
  begin: () => Promise<FakeWorld>,
  act: (operator: Operator) => Promise<unknown>,
  then: (world: FakeWorld, killedAfter: number) => Promise<void>,
) {
  const whole = createOperator(await begin());
  await act(whole).catch(() => undefined);
  expect(whole.writes.length).toBeGreaterThan(5);
  for (let killAfter = 1; killAfter < whole.writes.length; killAfter++) {
    const world = await begin();
    await expect(act(createOperator(world, { killAfter }))).rejects.toThrow();
    expect([killAfter, unanswered(world)]).toEqual([killAfter, []]);
    world.at += afterStaleMs;
    await then(world, killAfter);
    expect([killAfter, unanswered(world)]).toEqual([killAfter, []]);
  }
}

describe.each([
  ['a deploy to staging', 'staging'],
  ['a promote', 'production'],
] as const)('%s', (_, environment) => {
  /** The first commit live on green. */
  async function withFirst(behaviour: Behaviour = 'good'): Promise<FakeWorld> {
    const world = createFakeWorld(environment);
    addBuild(world, first);
    await createOperator(world).deploy(first);
    addBuild(world, second, behaviour);
    addBuild(world, third);
    return world;
  }

  test('that is killed after any of its calls goes on to its end when it is run again', async () => {
    await killedEverywhere(
      () => withFirst(),
      (operator) => operator.deploy(second),
      async (world, killedAfter) => {
        await createOperator(world).deploy(second);
        expect([killedAfter, await liveIn(world)]).toEqual([killedAfter, allOn('blue', 'b')]);
        expect(ledgerOf(world)).toEqual(['started a', 'verified a', 'started b', 'verified b']);
        expect(world.tasks.size).toBe(2);
      },
    );
  });

  test('that is killed after any of its calls is taken back first when another commit is released', async () => {
    await killedEverywhere(
      () => withFirst(),
      (operator) => operator.deploy(second),
      async (world) => {
        await createOperator(world).deploy(third);
        expect(Object.values(await liveIn(world)).map((each) => each.at(-1))).toEqual(['c', 'c', 'c']);
        expect(openRelease(world)).toBeNull();
      },
    );
  });

  test('that is killed after any of its calls can be rolled back, unless it moved nothing', async () => {
    await killedEverywhere(
      () => withFirst(),
      (operator) => operator.deploy(second),
      async (world, killedAfter) => {
        const moved = Object.values(await liveIn(world)).some((each) => each.startsWith('blue'));
        const outcome = await createOperator(world)
          .rollback()
          .then(
            () => 'back',
            () => 'refused',
          );
        expect([killedAfter, outcome]).toEqual([killedAfter, moved ? 'back' : 'refused']);
        expect([killedAfter, await liveIn(world)]).toEqual([killedAfter, allOn('green', 'a')]);
      },
    );
  });

  test('that rings and is killed while it is taken back ends when it is run again', async () => {
    await killedEverywhere(
      () => withFirst('rings in the bake'),
      (operator) => operator.deploy(second),
      async (world) => {
        await createOperator(world)
          .deploy(third)
          .catch(() => undefined);
        if (openRelease(world)) await createOperator(world).deploy(third);
        expect(Object.values(await liveIn(world)).map((each) => each.at(-1))).toEqual(['c', 'c', 'c']);
      },
    );
  });
});

test.each([
  ['a rollback', false],
  ['a rollback that starts its standby first', true],
])('%s that is killed after any of its calls ends when it is run again', async (_, warm) => {
  await killedEverywhere(
    async () => {
      const world = createFakeWorld('production');
      for (const commit of [first, second]) addBuild(world, commit);
      await createOperator(world).deploy(first);
      await createOperator(world).deploy(second);
      return world;
    },
    (operator) => operator.rollback({ warm }),
    async (world, killedAfter) => {
      await createOperator(world).rollback({ warm });
      expect([killedAfter, await liveIn(world)]).toEqual([killedAfter, allOn('green', 'a')]);
      expect(ledgerOf(world).slice(-2)).toEqual(['rolling-back b', 'rolled-back b']);
    },
  );
});
