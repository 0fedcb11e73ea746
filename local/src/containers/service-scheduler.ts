import { randomBytes } from 'node:crypto';
import type { DeploymentRolloutState, NetworkConfiguration, TaskDefinition } from '@aws-sdk/client-ecs';
import type { TargetGroup } from './target-groups.ts';
import type { Pace } from './pace.ts';
import type { Task, TaskRunner } from './tasks.ts';

export interface ServiceConfig {
  readonly cluster: string;
  readonly name: string;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly circuitBreaker: { readonly enable: boolean; readonly rollback: boolean };
  readonly graceSeconds: number;
  readonly targetGroup: TargetGroup | null;
  readonly networkConfiguration: NetworkConfiguration;
  readonly capacityProvider: string;
}

export interface Deployment {
  readonly id: string;
  readonly definition: TaskDefinition;
  readonly createdAt: Date;
  /** True for the one that a circuit breaker made. */
  readonly isRollback: boolean;
  failedTasks: number;
  state: DeploymentRolloutState;
  reason: string;
}

export interface Service extends ServiceConfig {
  desiredCount: number;
  /** The newest, which is PRIMARY, first. */
  readonly deployments: readonly Deployment[];
  tasksOf(deployment: Deployment): readonly Task[];
  deploy(definition: TaskDefinition): Deployment;
  /** Looks at what runs and does what ECS's scheduler would do next. */
  reconcile(): void;
}

/** A failing deployment is given up after so many tasks: half of the desired ones, at least 3, at most 200. */
const breakerThreshold = (desired: number) => Math.min(200, Math.max(3, Math.ceil(desired / 2)));

const isAlive = ({ status }: Task) =>
  status === 'PROVISIONING' || status === 'PENDING' || status === 'RUNNING';
const isHealthy = (service: ServiceConfig) => (task: Task) =>
  task.status === 'RUNNING' && (service.targetGroup === null || task.target?.state === 'healthy');

/**
 * One service as ECS's rolling deployment leads it: new tasks up to the maximum percent, old ones away as long as the
 * minimum stays healthy, a circuit breaker that goes back to the last deployment that was completed.
 */
export function createService(
  config: ServiceConfig,
  first: TaskDefinition,
  runner: TaskRunner,
  pace: Pace,
): Service {
  const tasks = new Map<Deployment, Task[]>();
  const counted = new WeakSet<Task>();
  let deployments: Deployment[] = [];
  let lastGood: Deployment | null = null;
  const healthy = isHealthy(config);
  const alive = (deployment: Deployment) => (tasks.get(deployment) ?? []).filter(isAlive);

  function add(
    definition: TaskDefinition,
    state: DeploymentRolloutState,
    reason: string,
    isRollback = false,
  ): Deployment {
    const id = `ecs-svc/${randomBytes(8).readBigUInt64BE()}`;
    const deployment = { id, definition, createdAt: new Date(), isRollback, failedTasks: 0, state, reason };
    tasks.set(deployment, []);
    deployments = [deployment, ...deployments];
    return deployment;
  }

  function countFailures(primary: Deployment): void {
    for (const task of tasks.get(primary) ?? []) {
      const graceOver =
        Date.now() - (task.runningSince ?? Infinity) >
        Math.max(pace.containerStartMs, pace.ms(config.graceSeconds));
      if (isAlive(task) && task.target?.state === 'unhealthy' && graceOver)
        void runner.stop(
          task,
          'ServiceSchedulerInitiated',
          `Task failed ELB health checks in (target-group ${config.targetGroup?.arn ?? ''})`,
        );
      const failed =
        task.stopCode !== null &&
        (task.stopCode !== 'ServiceSchedulerInitiated' ||
          (task.stoppedReason ?? '').startsWith('Task failed'));
      if (!failed || counted.has(task)) continue;
      counted.add(task);
      primary.failedTasks += 1;
    }
  }

  function breakCircuit(primary: Deployment): void {
    if (!config.circuitBreaker.enable || primary.state !== 'IN_PROGRESS') return;
    if (primary.failedTasks < breakerThreshold(service.desiredCount)) return;
    primary.state = 'FAILED';
    primary.reason = 'ECS deployment circuit breaker: tasks failed to start.';
    if (config.circuitBreaker.rollback && lastGood && !primary.isRollback)
      add(
        lastGood.definition,
        'IN_PROGRESS',
        `ECS deployment circuit breaker: rolling back to deploymentId ${lastGood.id}.`,
        true,
      );
  }

  function startMissing(primary: Deployment): void {
    if (primary.state === 'FAILED') return;
    const total = deployments.reduce((sum, each) => sum + alive(each).length, 0);
    const most = Math.ceil((service.desiredCount * config.maximumPercent) / 100);
    const missing = Math.min(service.desiredCount - alive(primary).length, most - total);
    for (let n = 0; n < missing; n++)
      tasks.get(primary)?.push(
        runner.start({
          cluster: config.cluster,
          group: `service:${config.name}`,
          startedBy: primary.id,
          definition: primary.definition,
          overrides: [],
          targetGroup: config.targetGroup,
        }),
      );
  }

  function stopSurplus(primary: Deployment): void {
    const stop = (task: Task) =>
      void runner.stop(task, 'ServiceSchedulerInitiated', 'Scaling activity initiated by deployment');
    for (const task of alive(primary).slice(service.desiredCount)) stop(task);
    const least = Math.ceil((service.desiredCount * config.minimumHealthyPercent) / 100);
    let ready = deployments.reduce((sum, each) => sum + alive(each).filter(healthy).length, 0);
    for (const older of deployments.slice(1))
      for (const task of alive(older)) {
        if (healthy(task) && ready <= least && service.desiredCount > 0) continue;
        if (healthy(task)) ready -= 1;
        stop(task);
      }
  }

  function complete(primary: Deployment): void {
    const older = deployments.slice(1);
    if (older.some((each) => alive(each).length > 0)) return;
    if (primary.state === 'IN_PROGRESS' && alive(primary).filter(healthy).length >= service.desiredCount) {
      primary.state = 'COMPLETED';
      primary.reason = `ECS deployment ${primary.id} completed.`;
    }
    if (primary.state !== 'COMPLETED') return;
    lastGood = primary;
    for (const each of older) tasks.delete(each);
    deployments = [primary];
  }

  const service: Service = {
    ...config,
    desiredCount: 0,
    get deployments() {
      return deployments;
    },
    tasksOf: (deployment) => tasks.get(deployment) ?? [],
    deploy: (definition) => add(definition, 'IN_PROGRESS', 'ECS deployment in progress.'),
    reconcile() {
      const [primary] = deployments;
      if (!primary) return;
      countFailures(primary);
      breakCircuit(primary);
      const [now = primary] = deployments;
      stopSurplus(now);
      startMissing(now);
      complete(now);
    },
  };
  lastGood = add(first, 'COMPLETED', 'ECS deployment completed.');
  return service;
}
