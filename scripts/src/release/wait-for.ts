import { ReleaseError, type EndCode } from './errors.ts';
import { primaryOf, readHealthy } from './read-state.ts';
import { readWeights } from './read-traffic.ts';
import { smokeTest } from './smoke-test.ts';
import type { Wait } from './steps.ts';
import type { WaitDeps } from './wait-deps.ts';
import { watchBake } from './watch-bake.ts';

type Of<F extends Wait['for']> = Extract<Wait, { for: F }>;

/** Looks until `check` is done, or patience ends. `check` answers null when done, or else where it is at. */
export async function until(
  check: () => Promise<string | null>,
  what: string,
  deps: Pick<WaitDeps, 'now' | 'sleep' | 'pollMs' | 'patienceMs' | 'look'>,
  code: EndCode = 'unhealthy',
): Promise<void> {
  const end = deps.now().getTime() + deps.patienceMs;
  for (;;) {
    const at = await check();
    if (at === null) return;
    if (deps.now().getTime() >= end)
      throw new ReleaseError(code, `${what} after ${Math.round(deps.patienceMs / 1000)} s: ${at}`);
    await deps.look(at);
    await deps.sleep(deps.pollMs);
  }
}

const waitForTask = ({ cluster, task }: Of<'task'>, deps: WaitDeps) =>
  until(
    async () => {
      const { tasks = [], failures = [] } = await deps.aws('ecs:DescribeTasks', { cluster, tasks: [task] });
      const [found] = tasks;
      if (!found)
        throw new ReleaseError(
          'migration',
          `ECS does not know the migration task ${task}: ${failures[0]?.reason ?? 'gone'}`,
        );
      if (found.lastStatus !== 'STOPPED') return `the task is ${found.lastStatus ?? 'unknown'}`;
      const container = found.containers?.find(({ exitCode }) => exitCode !== undefined);
      if (container?.exitCode === 0) return null;
      const why = [
        container && `exit code ${String(container.exitCode)}`,
        container?.reason,
        found.stoppedReason,
      ];
      throw new ReleaseError(
        'migration',
        `The migrations failed (${why.filter(Boolean).join('; ')}): their log is in the backend's log group`,
      );
    },
    'The migrations have not ended',
    deps,
  );

/** Ours, by its id: a service that ECS has rolled back also comes to rest, on another deployment. */
const waitForDeployment = ({ cluster, service: name, deployment, tasks }: Of<'deployment'>, deps: WaitDeps) =>
  until(
    async () => {
      const { services = [] } = await deps.aws('ecs:DescribeServices', { cluster, services: [name] });
      const service = services[0];
      const ours = service?.deployments?.find(({ id }) => id === deployment);
      const primary = service ? primaryOf(service) : null;
      if (ours?.rolloutState === 'FAILED' || primary?.id !== deployment) {
        const reason =
          ours?.rolloutStateReason ?? `${name} is at ${primary?.id ?? 'no deployment'}, not at ${deployment}`;
        throw new ReleaseError('rolled-back-by-ecs', `ECS gave up the deployment of ${name}: ${reason}`);
      }
      const [running, failed] = [ours?.runningCount ?? 0, ours?.failedTasks ?? 0];
      if (ours?.rolloutState === 'COMPLETED' && running >= tasks) return null;
      return `${running} of ${tasks} tasks run${failed > 0 ? `, ${failed} failed` : ''}`;
    },
    `${name} is not there`,
    deps,
  );

const waitForTargets = ({ targetGroupArn, tasks }: Of<'targets'>, deps: WaitDeps) =>
  until(
    async () => {
      const healthy = await readHealthy(deps.aws, targetGroupArn);
      return healthy >= tasks ? null : `${healthy} of ${tasks} targets are healthy`;
    },
    'Targets are not healthy',
    deps,
  );

const waitForFunction = ({ functionName: FunctionName }: Of<'function'>, deps: WaitDeps) =>
  until(
    async () => {
      const { Configuration } = await deps.aws('lambda:GetFunction', { FunctionName });
      if (Configuration?.LastUpdateStatus === 'Failed')
        throw new ReleaseError(
          'unhealthy',
          `${FunctionName} did not take its image: ${Configuration.LastUpdateStatusReason ?? ''}`,
        );
      return Configuration?.LastUpdateStatus === 'InProgress' ? 'the update is in progress' : null;
    },
    `${FunctionName} is not updated`,
    deps,
  );

async function checkWeights({ ruleArn, weights }: Of<'weights'>, { aws }: WaitDeps): Promise<void> {
  const found = await readWeights(aws, ruleArn);
  const text = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .map(([group, weight]) => `${group.split('/').at(-2) ?? group} ${weight}`)
      .sort()
      .join(', ');
  if (text(found) !== text(weights))
    throw new ReleaseError(
      'traffic-moved-by-hand',
      `The weights are ${text(found)} and not ${text(weights)}: somebody else moves this traffic`,
    );
}

/** Resolves when what a step waits for is so; throws a ReleaseError when it will not be. */
export function waitFor(wait: Wait, deps: WaitDeps): Promise<void> {
  switch (wait.for) {
    case 'task':
      return waitForTask(wait, deps);
    case 'deployment':
      return waitForDeployment(wait, deps);
    case 'targets':
      return waitForTargets(wait, deps);
    case 'function':
      return waitForFunction(wait, deps);
    case 'smoke':
      return smokeTest(wait, deps);
    case 'weights':
      return checkWeights(wait, deps);
    case 'bake':
      return watchBake(wait, deps);
  }
}
