import type { Colour, ReleaseBake } from '@foretell/core/contracts/release-bake';
import type { TaskDefinition, Service } from '@aws-sdk/client-ecs';
import { colours } from '@foretell/core/contracts/release-names';
import type { LedgerEvent } from '@foretell/core/contracts/releases-table';
import type { TargetService } from './target.ts';

/** Of the ECS deployment that a service is at. */
export interface DeploymentState {
  readonly id: string;
  readonly taskDefinition: string;
  readonly rollout: 'COMPLETED' | 'IN_PROGRESS' | 'FAILED';
}

/** One of a service's two colours, as AWS has it. */
export interface ColourState {
  readonly desired: number;
  readonly running: number;
  /** The autoscaler never goes below. */
  readonly minimum: number;
  readonly primary: DeploymentState | null;
  /** The revision its service is told to run; the template's own is nobody's release. */
  readonly revision: TaskDefinition | null;
  /** Healthy targets; null without a balancer. */
  readonly healthy: number | null;
}

/** How a service's traffic is parted, and the door by which one colour can be asked. */
export interface TrafficState {
  readonly ruleArn: string;
  readonly targetGroups: Readonly<Record<Colour, string>>;
  readonly weights: Readonly<Record<Colour, number>>;
  /** An origin, and the host it answers to. */
  readonly door: { readonly origin: string; readonly host: string };
  /** The rules that lead to one colour only, for whoever sends the header that they ask for. */
  readonly testRuleArns: Readonly<Record<Colour, string>>;
}

export interface ServiceState {
  readonly service: TargetService;
  readonly colours: Readonly<Record<Colour, ColourState>>;
  /** Newest of Terraform's template. */
  readonly template: TaskDefinition;
  /** How its tasks are placed: for the one-off migration. */
  readonly placement: Pick<Service, 'networkConfiguration' | 'capacityProviderStrategy' | 'launchType'>;
  /** Null for workers. */
  readonly traffic: TrafficState | null;
  readonly bake: ReleaseBake | null;
  /** Null for HTTP services. */
  readonly activeColour: Colour | null;
}

export interface FunctionState {
  readonly imageUri: string | null;
}

/** All that a plan is made from. */
export interface EnvironmentState {
  readonly services: readonly ServiceState[];
  readonly sampleFunction: FunctionState;
  /** Where each image is, without tag or digest. */
  readonly repositories: Readonly<Record<string, string>>;
  /** Oldest first. */
  readonly ledger: readonly LedgerEvent[];
}

/** The colour that has all of the traffic; null when it is parted. */
export function liveColour({ traffic, activeColour }: ServiceState): Colour | null {
  if (!traffic) return activeColour;
  const [live, ...more] = colours.filter((colour) => traffic.weights[colour] > 0);
  return live !== undefined && more.length === 0 ? live : null;
}

/** The digest a colour is told to run; null when it was never released to. */
export function digestOf({ service }: ServiceState, { revision }: ColourState): string | null {
  const image = revision?.containerDefinitions?.find(({ name }) => name === service.name)?.image;
  const digest = image?.split('@')[1];
  return digest !== undefined && /^sha256:(?!0{64})[0-9a-f]{64}$/.test(digest) ? digest : null;
}
