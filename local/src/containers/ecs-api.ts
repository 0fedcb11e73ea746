import {
  DescribeServices$,
  DescribeTaskDefinition$,
  DescribeTasks$,
  ListTasks$,
  RegisterTaskDefinition$,
  RunTask$,
  StopTask$,
  UpdateService$,
  type DescribeServicesRequest,
  type DescribeTaskDefinitionRequest,
  type DescribeTasksRequest,
  type ListTasksRequest,
  type RegisterTaskDefinitionRequest,
  type RunTaskRequest,
  type StopTaskRequest,
  type TaskDefinition,
  type UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { operation, type Operation } from '../aws-api/aws-api.ts';
import { AwsError } from '../aws-api/aws-error.ts';
import { arnMaker, type Cloud } from './cloud.ts';
import { describeService, describeTask } from './ecs-descriptions.ts';

const lastOf = (arnOrName = '') => arnOrName.split('/').at(-1) ?? '';

/** The calls of ECS that a release makes. */
export function ecsOperations(cloud: Cloud): readonly Operation[] {
  const arn = arnMaker(cloud.region, cloud.account);
  const clusterOf = (given: string | undefined) => {
    const name = lastOf(given ?? 'default');
    if (!cloud.clusters.includes(name)) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
    return name;
  };
  const serviceOf = (cluster: string, given: string | undefined) =>
    cloud.services.find((each) => each.cluster === cluster && each.name === lastOf(given));
  const allTasks = () => [
    ...cloud.tasks,
    ...cloud.services.flatMap((service) => service.deployments.flatMap((each) => service.tasksOf(each))),
  ];
  const definitionOf = (given: string | undefined): TaskDefinition => {
    const [family = '', revision] = lastOf(given).split(':');
    const revisions = cloud.definitions.get(family) ?? [];
    const found = revision === undefined ? revisions.at(-1) : revisions[Number(revision) - 1];
    if (!found) throw new AwsError('ClientException', 'Unable to describe task definition.');
    return found;
  };
  return [
    operation('ecs', DescribeServices$, ({ cluster, services = [] }: DescribeServicesRequest) => {
      const name = clusterOf(cluster);
      const found = services.map((each) => [each, serviceOf(name, each)] as const);
      return {
        services: found.flatMap(([, service]) => (service ? [describeService(service, arn)] : [])),
        failures: found.flatMap(([each, service]) => (service ? [] : [{ arn: each, reason: 'MISSING' }])),
      };
    }),
    operation('ecs', UpdateService$, (input: UpdateServiceRequest) => {
      const service = serviceOf(clusterOf(input.cluster), input.service);
      if (!service) throw new AwsError('ServiceNotFoundException', 'Service not found.');
      const definition = input.taskDefinition === undefined ? null : definitionOf(input.taskDefinition);
      service.desiredCount = input.desiredCount ?? service.desiredCount;
      const running = service.deployments[0]?.definition;
      const next = definition ?? running;
      const isNew = next && next.taskDefinitionArn !== running?.taskDefinitionArn;
      if (next && (isNew || input.forceNewDeployment)) service.deploy(next);
      return { service: describeService(service, arn) };
    }),
    operation('ecs', DescribeTaskDefinition$, ({ taskDefinition }: DescribeTaskDefinitionRequest) => ({
      taskDefinition: definitionOf(taskDefinition),
    })),
    operation('ecs', RegisterTaskDefinition$, (input: RegisterTaskDefinitionRequest) => ({
      taskDefinition: registerDefinition(cloud, input),
    })),
    operation('ecs', RunTask$, (input: RunTaskRequest) => {
      const started = Array.from({ length: input.count ?? 1 }, () =>
        cloud.runner.start({
          cluster: clusterOf(input.cluster),
          group: input.group ?? `family:${definitionOf(input.taskDefinition).family}`,
          startedBy: input.startedBy ?? '',
          definition: definitionOf(input.taskDefinition),
          overrides: input.overrides?.containerOverrides ?? [],
          targetGroup: null,
        }),
      );
      cloud.tasks.push(...started);
      return { tasks: started.map(describeTask), failures: [] };
    }),
    operation('ecs', DescribeTasks$, ({ tasks = [] }: DescribeTasksRequest) => {
      const found = tasks.map(
        (given) => [given, allTasks().find((task) => lastOf(task.arn) === lastOf(given))] as const,
      );
      return {
        tasks: found.flatMap(([, task]) => (task ? [describeTask(task)] : [])),
        failures: found.flatMap(([given, task]) => (task ? [] : [{ arn: given, reason: 'MISSING' }])),
      };
    }),
    operation(
      'ecs',
      ListTasks$,
      ({ cluster, serviceName, startedBy, desiredStatus = 'RUNNING' }: ListTasksRequest) => {
        const name = clusterOf(cluster);
        const wanted = allTasks().filter(
          (task) =>
            task.cluster === name &&
            (serviceName === undefined || task.group === `service:${lastOf(serviceName)}`) &&
            (startedBy === undefined || task.startedBy === startedBy) &&
            (task.stopCode === null ? 'RUNNING' : 'STOPPED') === desiredStatus,
        );
        return { taskArns: wanted.map((task) => task.arn) };
      },
    ),
    operation('ecs', StopTask$, ({ task: given, reason }: StopTaskRequest) => {
      const task = allTasks().find((each) => lastOf(each.arn) === lastOf(given));
      if (!task) throw new AwsError('InvalidParameterException', 'The referenced task was not found.');
      void cloud.runner.stop(task, 'UserInitiated', reason ?? 'Task stopped by user');
      return { task: describeTask(task) };
    }),
  ];
}

/** A new revision of a family; also how Terraform's templates come to be. */
export function registerDefinition(
  cloud: Pick<Cloud, 'definitions' | 'region' | 'account'>,
  input: RegisterTaskDefinitionRequest,
): TaskDefinition {
  const { family = '', containerDefinitions = [], ...rest } = input;
  const revisions = cloud.definitions.get(family) ?? [];
  const revision = revisions.length + 1;
  const { tags: _, ...fields } = rest;
  const definition: TaskDefinition = {
    ...fields,
    family,
    revision,
    containerDefinitions,
    compatibilities: ['EC2', 'FARGATE'],
    registeredAt: new Date(),
    status: 'ACTIVE',
    taskDefinitionArn: arnMaker(cloud.region, cloud.account)(
      'ecs',
      'task-definition',
      `${family}:${revision}`,
    ),
  };
  cloud.definitions.set(family, [...revisions, definition]);
  return definition;
}
