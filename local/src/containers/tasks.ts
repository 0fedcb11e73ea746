import { randomBytes } from 'node:crypto';
import type { ContainerDefinition, ContainerOverride, TaskDefinition } from '@aws-sdk/client-ecs';
import { freePort } from '../testing/free-port.ts';
import type { Container, Docker } from './docker.ts';
import type { Pace } from './pace.ts';
import type { Target, TargetGroup } from './target-groups.ts';

export type TaskStatus =
  'PROVISIONING' | 'PENDING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'DEPROVISIONING' | 'STOPPED';

export type StopCode =
  'EssentialContainerExited' | 'ServiceSchedulerInitiated' | 'TaskFailedToStart' | 'UserInitiated';

export interface Task {
  readonly arn: string;
  readonly cluster: string;
  readonly group: string;
  readonly startedBy: string;
  readonly definition: TaskDefinition;
  readonly createdAt: Date;
  status: TaskStatus;
  runningSince: number | null;
  target: Target | null;
  stopCode: StopCode | null;
  stoppedReason: string | null;
  exitCode: number | null;
}

export interface TaskOptions {
  readonly cluster: string;
  readonly group: string;
  readonly startedBy: string;
  readonly definition: TaskDefinition;
  readonly overrides: readonly ContainerOverride[];
  /** Where it is registered once it runs. */
  readonly targetGroup: TargetGroup | null;
}

export interface TaskRunner {
  start(options: TaskOptions): Task;
  /** Out of the load balancer, then SIGTERM, then SIGKILL after the definition's stopTimeout. */
  stop(task: Task, code: StopCode, reason: string): Promise<void>;
}

export interface TaskRunnerDeps {
  readonly docker: Docker;
  readonly pace: Pace;
  readonly arnOf: (kind: string, name: string) => string;
  /** The value that a container's secret refers to. */
  readonly secretOf: (name: string, valueFrom: string) => string | undefined;
  readonly mounts: readonly string[];
  readonly onLine: (logGroup: string, line: string) => void;
}

/** What Fargate takes to find a place and an address for a task, and to give them back, in AWS's seconds. */
const provisioningSeconds = 10;
const deprovisioningSeconds = 5;
/** ECS's own, where a container names none. */
const defaultStopSeconds = 30;
const notStarted = [125, 126, 127];

interface Life {
  readonly options: TaskOptions;
  container: Container | null;
  ending: Promise<void> | null;
}

const isEnding = ({ ending }: Life) => ending !== null;

/** Tasks as ECS leads them from PROVISIONING to STOPPED; their one container runs for real. */
export function createTaskRunner(deps: TaskRunnerDeps): TaskRunner {
  const { pace } = deps;
  const lives = new Map<Task, Life>();

  async function lead(task: Task, life: Life): Promise<void> {
    await pace.wait(provisioningSeconds);
    if (isEnding(life)) return;
    task.status = 'PENDING';
    const started = await runContainer(task, life.options, deps);
    life.container = started.container;
    if (isEnding(life)) return;
    task.status = 'RUNNING';
    task.runningSince = Date.now();
    if (life.options.targetGroup && started.port !== null)
      task.target = life.options.targetGroup.register(started.port, imageOf(task.definition));
    task.exitCode = await started.container.exited;
    if (isEnding(life)) return;
    const failed = notStarted.includes(task.exitCode);
    const [code, reason] = failed
      ? (['TaskFailedToStart', 'CannotStartContainerError or CannotPullContainerError: see the log'] as const)
      : (['EssentialContainerExited', 'Essential container in task exited'] as const);
    await end(task, code, reason);
  }

  async function end(task: Task, code: StopCode, reason: string): Promise<void> {
    const life = lives.get(task);
    if (!life || task.status === 'STOPPED') return;
    life.ending ??= finish(task, life, code, reason);
    await life.ending;
  }

  async function finish(task: Task, life: Life, code: StopCode, reason: string): Promise<void> {
    [task.stopCode, task.stoppedReason] = [code, reason];
    const { targetGroup } = life.options;
    if (task.target && targetGroup) {
      task.status = 'DEACTIVATING';
      await targetGroup.deregister(task.target);
    }
    task.status = 'STOPPING';
    if (life.container) {
      await life.container.stop(containerOf(task.definition).stopTimeout ?? defaultStopSeconds);
      task.exitCode = await life.container.exited;
    }
    task.status = 'DEPROVISIONING';
    await pace.wait(deprovisioningSeconds);
    task.status = 'STOPPED';
    lives.delete(task);
  }

  return {
    start(options) {
      const id = randomBytes(16).toString('hex');
      const task: Task = {
        arn: deps.arnOf('task', `${options.cluster}/${id}`),
        ...options,
        createdAt: new Date(),
        status: 'PROVISIONING',
        runningSince: null,
        target: null,
        stopCode: null,
        stoppedReason: null,
        exitCode: null,
      };
      const life: Life = { options, container: null, ending: null };
      lives.set(task, life);
      lead(task, life).catch((error: unknown) =>
        end(task, 'TaskFailedToStart', error instanceof Error ? error.message : String(error)),
      );
      return task;
    },
    stop: end,
  };
}

/** A task here has one container, as ours have. */
export function containerOf({ containerDefinitions = [] }: TaskDefinition): ContainerDefinition {
  const [container] = containerDefinitions;
  if (!container) throw new Error('a task definition has no container');
  return container;
}

export const imageOf = (definition: TaskDefinition): string => containerOf(definition).image ?? '';

async function runContainer(task: Task, { definition, overrides }: TaskOptions, deps: TaskRunnerDeps) {
  const container = containerOf(definition);
  const override = overrides.find(({ name }) => name === container.name);
  const port = (container.portMappings ?? []).length > 0 ? await freePort() : null;
  const logGroup = container.logConfiguration?.options?.['awslogs-group'] ?? definition.family ?? '';
  const started = await deps.docker.run({
    name: `foretell-${task.arn.slice(-32)}`,
    image: container.image ?? '',
    environment: {
      ...environmentOf(container, override, deps),
      // Tasks have an address each on AWS; here they share loopback and have a port each.
      ...(port === null ? {} : { HOST: '127.0.0.1', PORT: String(port) }),
    },
    volumes: (container.mountPoints ?? []).flatMap(({ containerPath }) => containerPath ?? []),
    mounts: deps.mounts,
    user: container.user,
    command: override?.command ?? container.command,
    onLine: (line) => deps.onLine(logGroup, line),
  });
  return { container: started, port };
}

function environmentOf(
  container: ContainerDefinition,
  override: ContainerOverride | undefined,
  deps: TaskRunnerDeps,
) {
  const secrets = (container.secrets ?? []).map(({ name = '', valueFrom = '' }) => {
    const value = deps.secretOf(name, valueFrom);
    if (value === undefined)
      throw new Error(`ResourceInitializationError: unable to pull secrets: ${name} (${valueFrom})`);
    return [name, value] as const;
  });
  const plain = [...(container.environment ?? []), ...(override?.environment ?? [])];
  return Object.fromEntries([
    ...plain.map(({ name = '', value = '' }) => [name, value] as const),
    ...secrets,
  ]);
}
