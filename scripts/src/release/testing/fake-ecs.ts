import { ConflictException } from '@aws-sdk/client-ecs';
import type { Answers } from './fake-answers.ts';
import { digestIn, type FakeWorld } from './fake-world.ts';

/** ECS as a release sees it: a deployment starts, is looked at, and then stands or is rolled back. */
export function ecs(world: FakeWorld): Answers {
  const definitionOf = (name = '') =>
    world.definitions.get(name) ?? [...world.definitions.values()].findLast(({ family }) => family === name);
  return {
    'ecs:DescribeServices': ({ services: names = [] }) => ({
      services: names.flatMap((serviceName) => {
        const service = world.services.get(serviceName);
        if (!service) return [];
        const answer = {
          serviceName,
          status: 'ACTIVE',
          taskDefinition: service.taskDefinition,
          desiredCount: service.desired,
          runningCount: service.deployments.reduce((sum, { running }) => sum + running, 0),
          deployments: service.deployments.map((each, index) => ({
            id: each.id,
            status: index === 0 ? 'PRIMARY' : 'ACTIVE',
            taskDefinition: each.taskDefinition,
            rolloutState: each.rollout,
            desiredCount: each.desired,
            runningCount: each.running,
          })),
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
          launchType: 'FARGATE',
        };
        progress(world, serviceName);
        return [answer];
      }),
    }),
    'ecs:DescribeTaskDefinition': ({ taskDefinition }) => ({ taskDefinition: definitionOf(taskDefinition) }),
    'ecs:RegisterTaskDefinition': ({ tags: _tags, ...input }) => {
      const taskDefinitionArn = `arn:aws:ecs:eu-west-1:111111111111:task-definition/${input.family ?? ''}:${++world.registered}`;
      const taskDefinition = { ...input, taskDefinitionArn };
      world.definitions.set(taskDefinitionArn, taskDefinition);
      return { taskDefinition };
    },
    'ecs:RunTask': ({ clientToken = '', taskDefinition = '' }) => {
      const before = world.tasks.get(clientToken);
      if (before && before.taskDefinition !== taskDefinition)
        throw new ConflictException({
          message: 'another request',
          resourceIds: [clientToken],
          $metadata: {},
        });
      if (!before) world.tasks.set(clientToken, { taskDefinition, exitCode: world.migrationExitCode });
      return { tasks: [{ taskArn: clientToken }] };
    },
    'ecs:DescribeTasks': ({ tasks = [] }) => ({
      tasks: tasks.map((task) => ({
        lastStatus: 'STOPPED',
        containers: [{ exitCode: world.tasks.get(task)?.exitCode }],
      })),
    }),
    'ecs:UpdateService': ({ service: name = '', taskDefinition, desiredCount, forceNewDeployment }) => {
      const service = world.services.get(name);
      if (!service) throw new Error(`no service ${name}`);
      service.desired = desiredCount ?? service.desired;
      if (taskDefinition !== undefined) service.taskDefinition = taskDefinition;
      if (forceNewDeployment)
        service.deployments.unshift({
          id: `ecs-svc/${name}-${++world.started}`,
          taskDefinition: service.taskDefinition,
          desired: service.desired,
          running: 0,
          rollout: 'IN_PROGRESS',
        });
      else for (const each of service.deployments) each.running = Math.min(each.running, service.desired);
      return {
        service: {
          deployments: service.deployments.map(({ id }, index) => ({
            id,
            status: index === 0 ? 'PRIMARY' : 'ACTIVE',
          })),
        },
      };
    },
  };
}

function progress(world: FakeWorld, name: string): void {
  const service = world.services.get(name);
  const primary = service?.deployments[0];
  if (!service || primary?.rollout !== 'IN_PROGRESS') return;
  const behaviour = world.behaviours.get(digestIn(world, primary.taskDefinition));
  if (behaviour === 'crashes') {
    const [, before] = service.deployments;
    primary.rollout = 'FAILED';
    service.taskDefinition = before?.taskDefinition ?? primary.taskDefinition;
    service.deployments.unshift({
      id: `${primary.id}-rollback`,
      taskDefinition: service.taskDefinition,
      desired: service.desired,
      running: before?.running ?? 0,
      rollout: 'IN_PROGRESS',
    });
    return;
  }
  primary.running = service.desired;
  if (behaviour === 'never healthy') return;
  primary.rollout = 'COMPLETED';
  service.deployments = [primary];
}
