import { diffRelease } from './diff.ts';
import { planCool } from './plan-cool.ts';
import { readState } from './read-state.ts';
import { fakeAws } from './testing/fake-aws.ts';
import { addBuild, createFakeWorld, digestFor, type FakeWorld } from './testing/fake-world.ts';
import { commits, createOperator } from './testing/operator.ts';
import { differences } from './verify.ts';

const [first, second] = commits;
const stateOf = (world: FakeWorld) => readState(fakeAws(world).aws, world.target);

async function withTwo(): Promise<FakeWorld> {
  const world = createFakeWorld();
  for (const commit of [first, second]) addBuild(world, commit);
  await createOperator(world).deploy(first);
  await createOperator(world).deploy(second);
  return world;
}

test('after a release, and after a rollback, what runs is what the ledger says', async () => {
  const world = await withTwo();
  expect(differences(await stateOf(world))).toEqual([]);
  await createOperator(world).rollback();
  expect(differences(await stateOf(world))).toEqual([]);
});

test('another image, missing tasks and another function are each said', async () => {
  const world = await withTwo();
  const blue = world.services.get('backend-blue')!;
  blue.taskDefinition = world.services.get('backend-green')!.taskDefinition;
  world.services.get('prediction-api-blue')!.deployments[0]!.running = 1;
  world.functionImage = `foretell/sample-function@${digestFor('sample-function', first)}`;
  expect(differences(await stateOf(world))).toEqual([
    'prediction-api-blue has 1 healthy tasks of 2',
    expect.stringMatching(/^backend-blue runs sha256:\w+, and \S+-bbbbbbb is sha256:\w+$/),
    expect.stringMatching(/^the sample function runs .*, not sha256:/),
  ]);
});

test('a diff tells commits, images and the names of variables, never a value', async () => {
  const world = await withTwo();
  const template = [...world.definitions.values()].find(
    ({ family }) => family === 'foretell-staging-backend-template',
  )!;
  template.memory = '2048';
  template.containerDefinitions![0]!.environment = [
    { name: 'A', value: 'hidden' },
    { name: 'B', value: 'hidden too' },
  ];
  const images = Object.fromEntries(
    ['backend', 'prediction-api', 'workers'].map((name) => [name, digestFor(name, second)]),
  );
  const request = { commit: first, images: { ...images, workers: digestFor('workers', first) } };
  const lines = diffRelease(world.target, await stateOf(world), request, (from, to) => [
    `${from[0] ?? ''} to ${to[0] ?? ''}`,
  ]);
  expect(lines).toEqual([
    'commits since bbbbbbb:',
    '  b to a',
    'backend: ~ memory 1024 -> 2048',
    'backend: ~ A',
    'backend: + B',
    expect.stringMatching(/^workers: image sha256:\w+ -> sha256:\w+$/),
  ]);
});

test('a standby is stopped when its hours are over, and not before', async () => {
  const world = await withTwo();
  const state = await stateOf(world);
  expect(planCool('staging', state, 24, new Date(world.at))).toMatchObject({
    kind: 'nothing',
    because: expect.stringContaining('kept warm until'),
  });
  const plan = planCool('staging', state, 24, new Date(world.at + 25 * 3_600_000));
  const stopped =
    plan.kind === 'steps'
      ? plan.steps.flatMap((step) => ('api' in step && step.api === 'ecs:UpdateService' ? [step.input] : []))
      : [];
  expect(stopped).toEqual(
    ['prediction-api', 'backend', 'workers'].map((service) => ({
      cluster: 'staging',
      service: `${service}-green`,
      desiredCount: 0,
    })),
  );
});
