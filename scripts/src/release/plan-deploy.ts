import { sampleFunctionName } from '@foretell/core/contracts/release-names';
import { movedByHand } from './check-traffic.ts';
import { isLive, moveOf, sameImages, type DeployRequest } from './deploy-moves.ts';
import { lastSteps, migrationSteps, smokeSteps, startNote, trafficSteps } from './deploy-steps.ts';
import { viewLedger, type LedgerView } from './ledger.ts';
import { functionSteps, planTakeBack } from './plan-take-back.ts';
import { startColour } from './start-colour.ts';
import type { EnvironmentState } from './state.ts';
import { now, refused, type Plan, type Step } from './steps.ts';
import type { Target } from './target.ts';

/** Ends a release that another run left, when it cannot be gone on with: then the verb plans anew, or ends. */
function planOver(
  target: Target,
  state: EnvironmentState,
  view: LedgerView,
  request: DeployRequest,
): Plan | null {
  const { open } = view;
  if (!open) return null;
  const takeBack = (code: string, reason: string) =>
    planTakeBack({ environment: target.environment.name, state, open, by: request.by, code, reason });
  const guard = state.services.find(
    ({ bake }) => bake?.state === 'reverted' && bake.release === open.release,
  )?.bake;
  if (guard?.state === 'reverted') {
    const reason = `the alarm ${guard.alarm} rang, and the guard took the traffic back at ${guard.at}`;
    return { ...takeBack('alarm', reason), ends: { code: 'alarm', reason } };
  }
  if (open.commit === request.commit && sameImages(open.images, request.images)) return null;
  return { ...takeBack('abandoned', `left for commit ${request.commit}`), ends: 'again' };
}

/** What is left to do until the request's images are live and verified, from whatever state an earlier run left. */
export function planDeploy(target: Target, state: EnvironmentState, request: DeployRequest): Plan {
  const view = viewLedger(state.ledger);
  const environment = target.environment.name;
  if (view.openRollback)
    return refused(
      'refused',
      `a rollback to ${view.openRollback.to} was begun and not ended: finish it by \`make rollback ENV=${environment}\``,
    );
  const byHand = movedByHand(view, state.services);
  if (byHand.length > 0) return refused('traffic-moved-by-hand', ...byHand);
  const over = planOver(target, state, view, request);
  if (over) return over;
  if (!view.open && isLive(target, state, view, request))
    return { kind: 'nothing', because: `commit ${request.commit} is live on ${environment} already` };
  const release = view.open?.release ?? request.release;
  const moves = state.services.map((service) => moveOf(target, state, service, view, request));
  const started = moves.map(({ state: service, to, revision, tasks }) =>
    startColour({ environment, state: service, colour: to, revision, tasks }),
  );
  const steps: Step[] = [
    ...(view.open ? [] : [startNote(release, request, moves)]),
    ...moves.flatMap(({ register }) => register),
    ...migrationSteps(
      environment,
      release,
      moves.find(({ state: { service } }) => service.name === 'backend'),
    ),
    ...functionSteps(environment, state, request.images),
    {
      name: 'wait for the sample function',
      wait: { for: 'function', functionName: sampleFunctionName(environment) },
    },
    ...started.flatMap(({ calls }) => calls),
    ...started.flatMap(({ waits }) => waits),
    ...moves.flatMap(smokeSteps),
    ...trafficSteps(environment, release, moves, request.bakeSeconds, view.open?.at ?? now),
    ...lastSteps(environment, release, request.by, moves),
  ];
  return { kind: 'steps', release, steps };
}
