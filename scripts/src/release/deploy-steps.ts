import { alarmPrefix, bakeParameter, clusterName } from '@foretell/core/contracts/release-names';
import type { DeployRequest, Move } from './deploy-moves.ts';
import { armGuardStep, disarmGuardSteps, minimumStep, moveStep, weightsStep } from './move-traffic.ts';
import { liveColour } from './state.ts';
import { given, nowPlus, type Step } from './steps.ts';

export const startNote = (
  release: string,
  { by, verb, commit, images, planHash }: DeployRequest,
  moves: readonly Move[],
): Step => ({
  name: `note that ${release} is begun`,
  note: {
    event: 'started',
    release,
    by,
    verb,
    commit,
    images: { ...images },
    planHash,
    services: Object.fromEntries(
      moves.map(({ state, from, to, tasks }) => [state.service.name, { from, to, tasks }]),
    ),
  },
});

export const smokeSteps = ({ state: { service, traffic }, to }: Move): readonly Step[] =>
  traffic
    ? [
        {
          name: `ask ${service.name} on ${to} through the test rule`,
          wait: {
            for: 'smoke',
            ...traffic.door,
            colour: to,
            testRuleArn: traffic.testRuleArns[to],
            paths: service.smokePaths,
          },
        },
      ]
    : [];

/** Brings the database to the build's tables, once, before any traffic; a rerun finds the same task by its token. */
export function migrationSteps(
  environment: string,
  release: string,
  backend: Move | undefined,
): readonly Step[] {
  // The standby was told to run this revision: it had been migrated for.
  if (
    !backend ||
    (backend.register.length === 0 &&
      backend.state.colours[backend.to].primary?.taskDefinition === backend.revision &&
      backend.state.colours[backend.to].desired > 0)
  )
    return [];
  const cluster = clusterName(environment);
  const task = 'migration task';
  return [
    {
      name: 'run the migrations',
      api: 'ecs:RunTask',
      input: {
        cluster,
        taskDefinition: backend.revision,
        count: 1,
        ...backend.state.placement,
        overrides: {
          containerOverrides: [{ name: 'backend', command: ['node', 'backend/src/migrate.ts'] }],
        },
        startedBy: release.slice(0, 36),
        clientToken: `${release}-migrate`.slice(0, 64),
      },
      gives: task,
    },
    { name: 'wait for the migrations', wait: { for: 'task', cluster, task: given(task) } },
  ];
}

const moveTime = 'time of the move';

/** The guard is armed, traffic moves, and the alarms are watched. What an earlier run did is not done again. */
export function trafficSteps(
  environment: string,
  release: string,
  moves: readonly Move[],
  bakeSeconds: number,
  begunAt: string,
): readonly Step[] {
  const pending = moves.filter((move) => liveColour(move.state) !== move.to);
  return [
    ...moves.flatMap(({ state, from, to }) =>
      state.traffic && !(state.bake?.state === 'baking' && state.bake.release === release)
        ? [armGuardStep(environment, state, { release, from, to, bakeSeconds })]
        : [],
    ),
    ...pending.flatMap(({ state, from, to }, index) => [
      ...weightsStep(state, from),
      index === 0
        ? { ...moveStep(environment, state, to), marks: moveTime }
        : moveStep(environment, state, to),
      ...weightsStep(state, to),
    ]),
    {
      name: 'watch the alarms',
      wait: {
        for: 'bake',
        release,
        bakeParameters: moves.flatMap(({ state }) =>
          state.traffic ? [bakeParameter(environment, state.service.name)] : [],
        ),
        until: bakeEnd(moves, release, bakeSeconds),
        watched: moves.map(({ state, to }) => ({
          alarmPrefix: alarmPrefix(environment, state.service.name) + (state.traffic ? `${to}-` : ''),
          colour: to,
          service: state.service.name,
          since: pending.length === moves.length ? given(moveTime) : begunAt,
        })),
      },
    },
  ];
}

/** A bake that had begun goes on to its end; the guard watched while we were away. */
function bakeEnd(moves: readonly Move[], release: string, bakeSeconds: number): string {
  const moved = moves.filter(({ state, to }) => liveColour(state) === to);
  const [first] = moves
    .map(({ state }) => state.bake)
    .filter((bake) => bake?.state === 'baking' && bake.release === release);
  return first?.state === 'baking' && moved.length === moves.length ? first.until : nowPlus(bakeSeconds);
}

/** How many tasks the live colour may not fall below: what the operator set, or a first release's. */
const floorOf = ({ state, from }: Move): number => state.colours[from].minimum || state.service.firstTasks;

/** After the bake. */
export function lastSteps(
  environment: string,
  release: string,
  by: string,
  moves: readonly Move[],
): readonly Step[] {
  return [
    ...moves.flatMap((move) => {
      const { state, from, to } = move;
      const standby = state.colours[from];
      return [
        ...(floorOf(move) === move.tasks ? [] : [minimumStep(environment, state, to, floorOf(move))]),
        // Nobody asks the standby: without a floor the autoscaler would take it away before a rollback needs it.
        ...(standby.minimum === standby.desired
          ? []
          : [minimumStep(environment, state, from, standby.desired)]),
      ];
    }),
    { name: `note that ${release} is verified`, note: { event: 'verified', release, by } },
    ...moves.flatMap(({ state }) => disarmGuardSteps(environment, state)),
  ];
}
