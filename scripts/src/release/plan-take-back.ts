import type { Colour } from '@foretell/core/contracts/release-bake';
import { sampleFunctionName } from '@foretell/core/contracts/release-names';
import type { Environment } from '@foretell/infra/environments';
import { liveRelease, viewLedger, type StartedRelease } from './ledger.ts';
import { disarmGuardSteps, moveStep, weightsStep } from './move-traffic.ts';
import { stopColour } from './start-colour.ts';
import { liveColour, type EnvironmentState, type ServiceState } from './state.ts';
import type { Plan, Step } from './steps.ts';

export interface TakeBack {
  readonly environment: Environment['name'];
  readonly state: EnvironmentState;
  readonly open: StartedRelease;
  readonly by: string;
  /** What the ledger keeps. */
  readonly code: string;
  readonly reason: string;
}

interface Moving {
  readonly state: ServiceState;
  readonly from: Colour;
  readonly to: Colour;
}

/** A colour that nobody answers on is no place to go back to: the first release of an environment has none. */
const canGoBack = ({ state, from, to }: Moving): boolean => {
  const [back, here] = [state.colours[from], state.colours[to]];
  return (back.healthy ?? back.running) > 0 || (here.healthy ?? here.running) === 0;
};

/** The calls that give the sample function the image of a release. */
export function functionSteps(
  environment: string,
  { sampleFunction, repositories }: EnvironmentState,
  images: Readonly<Record<string, string>>,
): readonly Step[] {
  const [repository, digest] = [repositories['sample-function'], images['sample-function']];
  if (repository === undefined || digest === undefined) return [];
  const ImageUri = `${repository}@${digest}`;
  if (sampleFunction.imageUri === ImageUri) return [];
  const FunctionName = sampleFunctionName(environment);
  return [
    {
      name: 'give the sample function its image',
      api: 'lambda:UpdateFunctionCode',
      input: { FunctionName, ImageUri },
    },
  ];
}

/**
 * Ends a release that is begun and not verified: traffic goes back to where it was, one call a rule, then the new
 * colour's tasks stop. What is back already is not moved again.
 */
export function planTakeBack({
  environment,
  state,
  open,
  by,
  code,
  reason,
}: TakeBack): Extract<Plan, { kind: 'steps' }> {
  const moving = state.services.flatMap((each): Moving[] => {
    const services = open.services[each.service.name];
    return services ? [{ state: each, from: services.from, to: services.to }] : [];
  });
  const moved = moving.filter((each) => liveColour(each.state) !== each.from);
  const back = moved.filter(canGoBack);
  const stays = moved.filter((each) => !canGoBack(each));
  const stopped = moving.filter((each) => !stays.includes(each));
  const before = liveRelease(viewLedger(state.ledger));
  const kept = stays.map(
    (each) => `; ${each.state.service.name} stays on ${each.to}, since ${each.from} has no healthy task`,
  );
  const steps: Step[] = [
    ...back.map((each) => moveStep(environment, each.state, each.from)),
    ...back.flatMap((each) => weightsStep(each.state, each.from)),
    ...moving.flatMap((each) =>
      each.state.bake?.state === 'idle' ? [] : disarmGuardSteps(environment, each.state),
    ),
    ...(before ? functionSteps(environment, state, before.images) : []),
    {
      name: `note that ${open.release} failed`,
      note: { event: 'failed', release: open.release, by, code, reason: `${reason}${kept.join('')}` },
    },
    ...stopped.flatMap((each) => stopColour(environment, each.state, each.to)),
  ];
  return { kind: 'steps', release: open.release, steps };
}
