import type { Colour } from '@foretell/core/contracts/release-bake';
import { otherColour } from '@foretell/core/contracts/release-names';
import { movedByHand } from './check-traffic.ts';
import {
  colourOf,
  liveRelease,
  rollbackTarget,
  shortDigest,
  viewLedger,
  type VerifiedRelease,
} from './ledger.ts';
import { disarmGuardSteps, minimumStep, moveStep, weightsStep } from './move-traffic.ts';
import { functionSteps, planTakeBack } from './plan-take-back.ts';
import { startColour } from './start-colour.ts';
import { digestOf, liveColour, type EnvironmentState, type ServiceState } from './state.ts';
import { refused, type Plan, type Step } from './steps.ts';
import type { Target } from './target.ts';

export interface RollbackRequest {
  readonly by: string;
  /** Though the standby is unhealthy or too small, or traffic was moved by hand. Never to a build that is not the target's. */
  readonly force: boolean;
  /** Starts as many standby tasks as live has, and waits for them, before traffic moves. */
  readonly warm: boolean;
}

interface Back {
  readonly state: ServiceState;
  readonly to: Colour;
  /** Is there already. */
  readonly moved: boolean;
}

/** What stands against putting a service on the standby: the first cannot be forced. */
function standbyProblems({ state, to }: Back, target: VerifiedRelease) {
  const { service, colours } = state;
  const [standby, live] = [colours[to], colours[otherColour(to)]];
  const [found, wanted] = [digestOf(state, standby), target.images[service.name]];
  const ready = standby.healthy ?? standby.running;
  return {
    wrongBuild:
      found === wanted
        ? []
        : [
            `${service.name}-${to} holds ${found === null ? 'no release' : shortDigest(found)}, not ${target.release}`,
          ],
    notReady:
      ready >= Math.max(1, live.desired)
        ? []
        : [`${service.name}-${to} has ${ready} healthy tasks, and live has ${live.desired}`],
  };
}

function backSteps(environment: string, state: EnvironmentState, backs: readonly Back[]): readonly Step[] {
  const moving = backs.filter(({ moved }) => !moved);
  return [
    ...moving.map((back) => moveStep(environment, back.state, back.to)),
    ...moving.flatMap((back) => weightsStep(back.state, back.to)),
    ...state.services.flatMap((each) =>
      each.bake === null || each.bake.state === 'idle' ? [] : disarmGuardSteps(environment, each),
    ),
  ];
}

function warmSteps(environment: string, backs: readonly Back[]): readonly Step[] {
  const started = backs
    .filter(({ moved }) => !moved)
    .map(({ state, to }) =>
      startColour({
        environment,
        state,
        colour: to,
        revision: state.colours[to].revision?.taskDefinitionArn ?? '',
        tasks: Math.max(state.colours[to].desired, state.colours[otherColour(to)].desired, 1),
      }),
    );
  return [...started.flatMap(({ calls }) => calls), ...started.flatMap(({ waits }) => waits)];
}

/** Back to the last verified release that was live before, or out of a release that is not verified yet. */
export function planRollback(target: Target, state: EnvironmentState, request: RollbackRequest): Plan {
  const view = viewLedger(state.ledger);
  const environment = target.environment.name;
  const { open } = view;
  const byHand = request.force ? [] : movedByHand(view, state.services);
  if (byHand.length > 0) return refused('traffic-moved-by-hand', ...byHand, '--force moves it all the same');
  if (open) {
    const moved = state.services.some(
      (each) =>
        open.services[each.service.name] && liveColour(each) !== open.services[each.service.name]?.from,
    );
    if (!moved)
      return refused(
        'refused',
        `${open.release} is not verified and has no traffic: what is live was live before it. Its deploy, run again, goes on or gives it up`,
      );
    const reason = `rolled back by ${request.by}`;
    return planTakeBack({ environment, state, open, by: request.by, code: 'rolled-back', reason });
  }
  const [live, to] = [liveRelease(view), rollbackTarget(view)];
  if (view.last?.event === 'rolled-back' && live) {
    const astray = request.force ? backsTo(state, (name) => colourOf(live, name)) : [];
    if (astray.some(({ moved }) => !moved))
      return planMove(environment, state, { release: view.last.release, to: live, backs: astray }, request);
    const { to: release, at, by } = view.last;
    return {
      kind: 'nothing',
      because: `${environment} was rolled back to ${release} at ${at} by ${by} already`,
    };
  }
  if (!live) return refused('refused', `the ledger of ${environment} has no verified release`);
  if (!to)
    return refused('refused', `the ledger of ${environment} has no verified release before ${live.release}`);
  const backs = backsTo(state, (name) => {
    const left = colourOf(live, name);
    return left && otherColour(left);
  });
  return planMove(environment, state, { release: live.release, to, backs }, request);
}

/** The standby was held at the size it had; live again, it may shrink as far as what it follows. */
const floorSteps =
  (environment: string) =>
  ({ state, to }: Back): readonly Step[] => {
    const [floor, held] = [state.colours[otherColour(to)].minimum, state.colours[to].minimum];
    return floor > 0 && floor < held ? [minimumStep(environment, state, to, floor)] : [];
  };

/** Each service, and whether it is on the colour that it is to be on; one that a release did not have stays where it is. */
const backsTo = (state: EnvironmentState, colour: (service: string) => Colour | null): readonly Back[] =>
  state.services.map((each) => {
    const to = colour(each.service.name) ?? liveColour(each) ?? 'blue';
    return { state: each, to, moved: liveColour(each) === to };
  });

interface Leaving {
  readonly release: string;
  readonly to: VerifiedRelease;
  readonly backs: readonly Back[];
}

/** Moves services to a release's colours, when its build is there and well. */
function planMove(
  environment: string,
  state: EnvironmentState,
  { release, to, backs }: Leaving,
  { by, force, warm }: RollbackRequest,
): Plan {
  const problems = backs.filter(({ moved }) => !moved).map((back) => standbyProblems(back, to));
  const wrongBuild = problems.flatMap((each) => each.wrongBuild);
  if (wrongBuild.length > 0)
    return refused('refused', ...wrongBuild, `release commit ${to.commit} again instead`);
  const notReady = force || warm ? [] : problems.flatMap((each) => each.notReady);
  if (notReady.length > 0)
    return refused('refused', ...notReady, '--warm starts them first, --force goes there as it is');
  const common = { release, by, to: to.release, forced: force };
  const begun = viewLedger(state.ledger).openRollback !== null;
  return {
    kind: 'steps',
    release,
    steps: [
      ...(warm ? warmSteps(environment, backs) : []),
      ...(begun
        ? []
        : [{ name: `note that ${release} is left`, note: { ...common, event: 'rolling-back' as const } }]),
      ...backSteps(environment, state, backs),
      ...functionSteps(environment, state, to.images),
      ...backs.flatMap(floorSteps(environment)),
      { name: `note that ${to.release} is live`, note: { ...common, event: 'rolled-back' } },
    ],
  };
}
