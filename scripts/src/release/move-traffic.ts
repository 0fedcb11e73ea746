import type { Colour, ReleaseBake } from '@foretell/core/contracts/release-bake';
import {
  activeColourParameter,
  bakeParameter,
  otherColour,
  scalableResource,
} from '@foretell/core/contracts/release-names';
import { nowPlus, type CallStep, type Step } from './steps.ts';
import type { ServiceState, TrafficState } from './state.ts';

/** The guard's clock, and a last look that comes late, are allowed so many seconds beyond the bake. */
const guardGraceSeconds = 60;

const allTo = ({ targetGroups }: TrafficState, colour: Colour): Readonly<Record<string, number>> => ({
  [targetGroups[colour]]: 100,
  [targetGroups[otherColour(colour)]]: 0,
});

/** The one call that moves a service to a colour: ModifyRule, or the parameter that workers read. */
export function moveStep(environment: string, { service, traffic }: ServiceState, to: Colour): CallStep {
  const name = `move ${service.name} to ${to}`;
  if (!traffic)
    return {
      name,
      api: 'ssm:PutParameter',
      input: { Name: activeColourParameter(environment, service.name), Value: to, Overwrite: true },
    };
  const TargetGroups = Object.entries(allTo(traffic, to)).map(([TargetGroupArn, Weight]) => ({
    TargetGroupArn,
    Weight,
  }));
  return {
    name,
    api: 'elbv2:ModifyRule',
    input: { RuleArn: traffic.ruleArn, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] },
  };
}

/** Ends the release unless a service's traffic is all on a colour. */
export function weightsStep({ service, traffic }: ServiceState, on: Colour): readonly Step[] {
  if (!traffic) return [];
  return [
    {
      name: `read that ${service.name} is on ${on}`,
      wait: { for: 'weights', ruleArn: traffic.ruleArn, weights: allTo(traffic, on) },
    },
  ];
}

function bakeStep(environment: string, { service }: ServiceState, name: string, bake: object): Step {
  const Name = bakeParameter(environment, service.name);
  return { name, api: 'ssm:PutParameter', input: { Name, Value: JSON.stringify(bake), Overwrite: true } };
}

/** From here on an alarm takes the service's traffic back to `from` without us. */
export const armGuardStep = (
  environment: string,
  state: ServiceState,
  of: { release: string; from: Colour; to: Colour; bakeSeconds: number },
): Step =>
  bakeStep(environment, state, `arm the guard of ${state.service.name}`, {
    state: 'baking',
    release: of.release,
    until: nowPlus(of.bakeSeconds + guardGraceSeconds),
    from: of.from,
    to: of.to,
  } satisfies ReleaseBake);

export const disarmGuardSteps = (environment: string, state: ServiceState): readonly Step[] =>
  state.traffic
    ? [
        bakeStep(environment, state, `disarm the guard of ${state.service.name}`, {
          state: 'idle',
        } satisfies ReleaseBake),
      ]
    : [];

export const minimumStep = (
  environment: string,
  { service }: ServiceState,
  colour: Colour,
  minimum: number,
): Step => ({
  name: `keep at least ${minimum} tasks of ${service.name}-${colour}`,
  api: 'application-autoscaling:RegisterScalableTarget',
  input: {
    ServiceNamespace: 'ecs',
    ResourceId: scalableResource(environment, service.name, colour),
    ScalableDimension: 'ecs:service:DesiredCount',
    MinCapacity: minimum,
  },
});
