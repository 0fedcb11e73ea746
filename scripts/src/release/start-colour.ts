import type { Colour } from '@foretell/core/contracts/release-bake';
import { clusterName, serviceName } from '@foretell/core/contracts/release-names';
import { minimumStep } from './move-traffic.ts';
import type { ServiceState } from './state.ts';
import { given, type Step } from './steps.ts';

export interface StartColour {
  readonly environment: string;
  readonly state: ServiceState;
  readonly colour: Colour;
  /** A revision's ARN, or what it will be known by. */
  readonly revision: string;
  readonly tasks: number;
}

/**
 * The calls that have a colour run a revision, and what is waited for then. A deployment that is at it already is waited
 * for, not started again.
 */
export function startColour(props: StartColour): {
  readonly calls: readonly Step[];
  readonly waits: readonly Step[];
} {
  const { environment, state, colour, revision, tasks } = props;
  const { primary, desired, minimum } = state.colours[colour];
  const [cluster, service] = [clusterName(environment), serviceName(state.service.name, colour)];
  const deployment = `deployment of ${service}`;
  const underWay =
    primary?.taskDefinition === revision && primary.rollout !== 'FAILED' && desired === tasks
      ? primary.id
      : null;
  const calls: Step[] = minimum === tasks ? [] : [minimumStep(environment, state, colour, tasks)];
  if (underWay === null)
    calls.push({
      name: `start ${tasks} tasks of ${service}`,
      api: 'ecs:UpdateService',
      input: { cluster, service, taskDefinition: revision, desiredCount: tasks, forceNewDeployment: true },
      gives: deployment,
    });
  const waits: Step[] = [
    {
      name: `wait for ${service}`,
      wait: { for: 'deployment', cluster, service, deployment: underWay ?? given(deployment), tasks },
    },
  ];
  if (state.traffic)
    waits.push({
      name: `wait until ${tasks} targets of ${service} are healthy`,
      wait: { for: 'targets', targetGroupArn: state.traffic.targetGroups[colour], tasks },
    });
  return { calls, waits };
}

/** No tasks of a colour, and no autoscaler that starts some. */
export function stopColour(environment: string, state: ServiceState, colour: Colour): readonly Step[] {
  const { desired, minimum } = state.colours[colour];
  if (desired === 0 && minimum === 0) return [];
  const service = serviceName(state.service.name, colour);
  return [
    minimumStep(environment, state, colour, 0),
    {
      name: `stop ${service}`,
      api: 'ecs:UpdateService',
      input: { cluster: clusterName(environment), service, desiredCount: 0 },
    },
  ];
}
