import type { TaskDefinition } from '@aws-sdk/client-ecs';
import {
  activeColourParameter,
  bakeParameter,
  colours,
  repositoryName,
  sampleFunctionName,
  serviceName,
  targetGroupName,
  templateFamily,
} from '@foretell/core/contracts/release-names';
import type { Colour } from '@foretell/core/contracts/release-bake';
import { environments, imageNames, type EnvironmentName } from '@foretell/infra/environments';
import { targetOf } from '../target.ts';

/** How a build behaves, by its digest. */
export type Behaviour = 'good' | 'crashes' | 'never healthy' | 'fails its smoke test' | 'rings in the bake';

export interface FakeDeployment {
  id: string;
  taskDefinition: string;
  desired: number;
  running: number;
  rollout: 'COMPLETED' | 'IN_PROGRESS' | 'FAILED';
}

interface FakeService {
  taskDefinition: string;
  desired: number;
  minimum: number;
  deployments: FakeDeployment[];
}

interface FakeAlarm {
  name: string;
  since: Date;
}

/** One environment of an imaginary account, as Terraform leaves it: templates, twins with no tasks, all weight on blue. */
export function createFakeWorld(name: EnvironmentName = 'staging') {
  const target = targetOf(environments[name]);
  const definitions = new Map<string, TaskDefinition>();
  const services = new Map<string, FakeService>();
  const weights = new Map<string, Map<string, number>>();
  const parameters = new Map<string, string>();
  const { short } = target.environment;
  for (const { name: service, kind } of target.services) {
    const family = templateFamily(name, service);
    const taskDefinitionArn = `arn:aws:ecs:eu-west-1:111111111111:task-definition/${family}:1`;
    definitions.set(taskDefinitionArn, {
      taskDefinitionArn,
      family,
      networkMode: 'awsvpc',
      cpu: '512',
      memory: '1024',
      containerDefinitions: [
        {
          name: service,
          image: `repository@sha256:${'0'.repeat(64)}`,
          environment: [{ name: 'A', value: '1' }],
        },
      ],
    });
    for (const colour of colours)
      services.set(serviceName(service, colour), {
        taskDefinition: taskDefinitionArn,
        desired: 0,
        minimum: 0,
        deployments: [
          {
            id: `ecs-svc/${service}-${colour}-0`,
            taskDefinition: taskDefinitionArn,
            desired: 0,
            running: 0,
            rollout: 'COMPLETED',
          },
        ],
      });
    if (kind === 'http') {
      weights.set(
        `rule/${service}`,
        new Map(colours.map((colour) => [groupArn(short, service, colour), colour === 'blue' ? 100 : 0])),
      );
      parameters.set(bakeParameter(name, service), JSON.stringify({ state: 'idle' }));
    } else parameters.set(activeColourParameter(name, service), 'blue');
  }
  return {
    target,
    definitions,
    services,
    weights,
    parameters,
    /** `image@tag` and `image@digest`. */
    images: new Map<
      string,
      { digest: string; findings: { name: string; severity: 'CRITICAL' | 'HIGH' | 'LOW' }[] | null }
    >(),
    behaviours: new Map<string, Behaviour>(),
    tasks: new Map<string, { taskDefinition: string; exitCode: number }>(),
    migrationExitCode: 0,
    items: new Map<string, Record<string, unknown>>(),
    alarms: [] as FakeAlarm[],
    functionImage: `${repositoryName('sample-function')}@sha256:${'0'.repeat(64)}`,
    functionName: sampleFunctionName(name),
    at: new Date('2026-11-23T08:00:00Z').getTime(),
    registered: 0,
    started: 0,
  };
}
export type FakeWorld = ReturnType<typeof createFakeWorld>;

export const groupArn = (short: string, service: string, colour: Colour): string =>
  `arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/${targetGroupName(short, service, colour)}/1`;

/** What the test rule of a colour wants in its header: not the colour alone, which anybody knows. */
export const testHeader = (colour: Colour): string => `${colour}-door`;

export const digestFor = (image: string, commit: string): string =>
  `sha256:${Buffer.from(`${image} ${commit}`).toString('hex').padEnd(64, '0').slice(0, 24)}${commit}`;

/** Puts a commit's images into the registry, scanned and clean. */
export function addBuild(world: FakeWorld, commit: string, behaviour: Behaviour = 'good'): void {
  for (const image of imageNames) {
    const digest = digestFor(image, commit);
    world.images.set(`${image}:${commit}`, { digest, findings: [] });
    world.images.set(`${image}@${digest}`, { digest, findings: [] });
    world.behaviours.set(digest, behaviour);
  }
}

export function digestIn(world: FakeWorld, taskDefinition: string): string {
  return world.definitions.get(taskDefinition)?.containerDefinitions?.[0]?.image?.split('@')[1] ?? '';
}

/** Running tasks of a service that answer well. */
export function healthyIn(world: FakeWorld, service: string): number {
  const { deployments = [] } = world.services.get(service) ?? {};
  return deployments
    .filter(({ taskDefinition }) => world.behaviours.get(digestIn(world, taskDefinition)) !== 'never healthy')
    .reduce((sum, { running }) => sum + running, 0);
}
