import type { Service as ServiceDescription, Task as TaskDescription } from '@aws-sdk/client-ecs';
import type { arnMaker } from './cloud.ts';
import type { Deployment, Service } from './service-scheduler.ts';
import { containerOf, type Task } from './tasks.ts';

/** A service as DescribeServices tells it. */
export function describeService(service: Service, arn: ReturnType<typeof arnMaker>): ServiceDescription {
  const tasks = service.deployments.flatMap((each) => service.tasksOf(each));
  const strategy = [{ capacityProvider: service.capacityProvider, weight: 1 }];
  return {
    serviceName: service.name,
    serviceArn: arn('ecs', 'service', `${service.cluster}/${service.name}`),
    clusterArn: arn('ecs', 'cluster', service.cluster),
    status: 'ACTIVE',
    taskDefinition: service.deployments[0]?.definition.taskDefinitionArn,
    desiredCount: service.desiredCount,
    ...countsOf(tasks),
    networkConfiguration: service.networkConfiguration,
    capacityProviderStrategy: strategy,
    deployments: service.deployments.map((each, index) => describeDeployment(service, each, index)),
  };
}

function describeDeployment(service: Service, deployment: Deployment, index: number) {
  return {
    id: deployment.id,
    status: index === 0 ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: deployment.definition.taskDefinitionArn,
    desiredCount: index === 0 ? service.desiredCount : 0,
    ...countsOf(service.tasksOf(deployment)),
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt,
    updatedAt: deployment.createdAt,
    rolloutState: deployment.state,
    rolloutStateReason: deployment.reason,
  };
}

const countsOf = (tasks: readonly Task[]) => ({
  runningCount: tasks.filter(({ status }) => status === 'RUNNING').length,
  pendingCount: tasks.filter(({ status }) => status === 'PROVISIONING' || status === 'PENDING').length,
});

/** A task as DescribeTasks tells it. */
export function describeTask(task: Task): TaskDescription {
  const container = containerOf(task.definition);
  return {
    taskArn: task.arn,
    taskDefinitionArn: task.definition.taskDefinitionArn,
    group: task.group,
    startedBy: task.startedBy,
    createdAt: task.createdAt,
    lastStatus: task.status,
    desiredStatus: task.stopCode === null ? 'RUNNING' : 'STOPPED',
    ...(task.stopCode === null ? {} : { stopCode: task.stopCode }),
    ...(task.stoppedReason === null ? {} : { stoppedReason: task.stoppedReason }),
    containers: [
      {
        name: container.name,
        image: container.image,
        lastStatus: task.status,
        ...(task.exitCode === null ? {} : { exitCode: task.exitCode }),
      },
    ],
  };
}
