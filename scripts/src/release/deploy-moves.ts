import type { Colour } from '@foretell/core/contracts/release-bake';
import { otherColour, serviceName } from '@foretell/core/contracts/release-names';
import { liveRelease, type LedgerView, type StartedRelease } from './ledger.ts';
import { isRevision, revisionOf } from './revision.ts';
import { digestOf, liveColour, type EnvironmentState, type ServiceState } from './state.ts';
import { given, type Step } from './steps.ts';
import type { Target } from './target.ts';

export interface DeployRequest {
  readonly verb: StartedRelease['verb'];
  /** The name of a new release; one that is resumed keeps its own. */
  readonly release: string;
  readonly by: string;
  readonly commit: string;
  /** By image name. */
  readonly images: Readonly<Record<string, string>>;
  readonly planHash: string | null;
  readonly bakeSeconds: number;
}

/** One service on its way from a colour to the other. */
export interface Move {
  readonly state: ServiceState;
  readonly from: Colour;
  readonly to: Colour;
  readonly tasks: number;
  /** The revision's ARN, or what it will be known by. */
  readonly revision: string;
  readonly register: readonly Step[];
}

export const sameImages = (
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([name, digest]) => b[name] === digest);

/** What a colour of a service is to run. */
function wantedOf(
  target: Target,
  { repositories }: EnvironmentState,
  { service, template }: ServiceState,
  colour: Colour,
  { images, commit }: DeployRequest,
) {
  const image = `${repositories[service.name] ?? ''}@${images[service.name] ?? ''}`;
  return revisionOf({ environment: target.environment.name, service, template, image, colour, commit });
}

export function moveOf(
  target: Target,
  state: EnvironmentState,
  service: ServiceState,
  view: LedgerView,
  request: DeployRequest,
): Move {
  const name = service.service.name;
  const moving = view.open?.services[name];
  // Where the traffic is, not where the ledger left it: the guard may have taken it back since.
  const from = moving?.from ?? liveColour(service) ?? 'blue';
  const to = moving?.to ?? otherColour(from);
  const wanted = wantedOf(target, state, service, to, request);
  const { revision } = service.colours[to];
  const known = `revision of ${serviceName(name, to)}`;
  return {
    state: service,
    from,
    to,
    tasks: moving?.tasks ?? (service.colours[from].desired || service.service.firstTasks),
    ...(isRevision(revision, wanted)
      ? { revision: revision.taskDefinitionArn, register: [] }
      : {
          revision: given(known),
          register: [
            { name: `register the ${known}`, api: 'ecs:RegisterTaskDefinition', input: wanted, gives: known },
          ],
        }),
  };
}

/** True when every service runs the request's image, as Terraform's newest template has it. */
export function isLive(
  target: Target,
  state: EnvironmentState,
  view: LedgerView,
  request: DeployRequest,
): boolean {
  const live = liveRelease(view);
  if (!live || !sameImages(live.images, request.images)) return false;
  return state.services.every((service) => {
    const colour = liveColour(service);
    if (
      colour === null ||
      digestOf(service, service.colours[colour]) !== request.images[service.service.name]
    )
      return false;
    const { revision } = service.colours[colour];
    return isRevision(revision, wantedOf(target, state, service, colour, request));
  });
}
