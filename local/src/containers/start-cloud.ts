import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { createAwsApi, type ApiCall } from '../aws-api/aws-api.ts';
import { AwsError } from '../aws-api/aws-error.ts';
import { freePort } from '../testing/free-port.ts';
import { watchAlarms, type WatchedAlarm } from './alarms.ts';
import { balancerOperations } from './balancer-api.ts';
import { callGuard } from './call-guard.ts';
import { arnMaker, type Cloud } from './cloud.ts';
import { createDocker } from './docker.ts';
import { ecsOperations } from './ecs-api.ts';
import { functionCall } from './function-routes.ts';
import { imageOperations, type Scan } from './image-api.ts';
import type { Answered } from './listener.ts';
import { createPace } from './pace.ts';
import { parameterOperations } from './parameter-api.ts';
import { startRegistry, type Registry } from './registry.ts';
import { seed } from './seed.ts';
import { startListeners } from './start-listeners.ts';
import { createTaskRunner } from './tasks.ts';
import { watchingOperations } from './watching-api.ts';

export interface CloudOptions {
  readonly account: string;
  readonly region: string;
  /** The compute and function stacks of every environment, as `make synth` wrote them. */
  readonly stacks: readonly unknown[];
  readonly repositories: readonly string[];
  /** @default a free one */
  readonly port?: number;
  /** Variables here by a template's family, in the place of what Terraform takes from other stacks. */
  readonly variables: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Folders of this machine that containers may use. */
  readonly mounts: readonly string[];
  readonly dataDir: string;
  /** @default 1, AWS's own */
  readonly pace?: number;
  /** What a container may take to start before it is called unhealthy: machines may be busy. @default 120,000 */
  readonly containerStartMs?: number;
  /** Alarms that are not watched, by their names' ends. @default all are */
  readonly unwatched?: readonly string[];
  /** The guard function's module, which EventBridge calls when an alarm begins to ring. @default nothing is called */
  readonly guardEntry?: string;
}

export interface RunningCloud {
  readonly endpoint: string;
  readonly cloud: Cloud;
  readonly registry: Registry;
  /** All calls since the start, the oldest first. */
  readonly calls: readonly ApiCall[];
  /** All requests that load balancers answered, the oldest first. */
  readonly answers: readonly Answered[];
  /** Where a host's load balancer listens. */
  portOf(host: string): number;
  /** Turns away the next so many calls of an operation, as AWS does when it is asked too often. */
  throttle(operation: string, calls: number): void;
  /** What the scan of an image found; `null`: there is no result. @default nothing found */
  setScan(digest: string, scan: Scan): void;
  onCall(listener: (call: ApiCall) => void): () => void;
  stop(): Promise<void>;
}

const targets = {
  AmazonEC2ContainerServiceV20141113: 'ecs',
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
  AmazonSSM: 'ssm',
  GraniteServiceVersion20100801: 'cloudwatch',
  Logs_20140328: 'logs',
  AnyScaleFrontendService: 'autoscaling',
} as const;

/** How often ECS's scheduler looks at a service, in AWS's seconds. */
const schedulerSeconds = 2;
const mostLines = 10_000;

/** ECS, load balancers, ECR and what else a release calls, with the images running for real on this machine. */
export async function startCloud(options: CloudOptions): Promise<RunningCloud> {
  const { account, region } = options;
  await mkdir(options.dataDir, { recursive: true });
  const pace = createPace(options.pace ?? 1, options.containerStartMs);
  const docker = createDocker(`cloud-${process.pid}-${Date.now()}`);
  const registry = await startRegistry({ port: await freePort(), dir: join(options.dataDir, 'registry') });
  const logs: Cloud['logs'] = new Map();
  const runner = createTaskRunner({
    docker,
    pace,
    arnOf: (kind, name) => arnMaker(region, account)('ecs', kind, name),
    secretOf: (name) => options.secrets[name],
    mounts: options.mounts,
    onLine(group, message) {
      const lines = logs.get(group) ?? [];
      logs.set(group, [...lines.slice(1 - mostLines), { timestamp: Date.now(), message }]);
    },
  });
  const seeded = seed(options.stacks, { account, region, pace, runner, variables: options.variables });
  const answers: Answered[] = [];
  const ring = (alarm: WatchedAlarm) => {
    if (alarm.state === 'ALARM')
      callGuard(alarm, seeded.guards, { entry: options.guardEntry, region, endpoint });
  };
  const unwatched = options.unwatched ?? [];
  const watched = seeded.alarms.filter(({ name }) => !unwatched.some((end) => name.endsWith(end)));
  const watch = watchAlarms(watched, pace, ring);
  const listeners = await startListeners(seeded, arnMaker(region, account), (answer) => {
    answers.push(answer);
    watch.note(answer);
  });
  const cloud: Cloud = { account, region, pace, runner, ...seeded, tasks: [], listeners, logs };

  const calls: ApiCall[] = [];
  const callListeners = new Set<(call: ApiCall) => void>();
  const throttled = new Map<string, number>();
  const scans = new Map<string, Scan>();
  const server = createAwsApi({
    operations: [
      ...ecsOperations(cloud),
      ...balancerOperations(cloud),
      ...parameterOperations(cloud),
      ...watchingOperations(cloud, ring),
      ...imageOperations({
        registry,
        repositories: options.repositories,
        account,
        region,
        scanOf: (digest) => (scans.has(digest) ? (scans.get(digest) ?? null) : []),
      }),
    ],
    targets,
    queryService: 'elbv2',
    restCall: (request, body) => functionCall(cloud, request, body),
    turnAway(operation) {
      const left = throttled.get(operation) ?? 0;
      if (left === 0) return null;
      throttled.set(operation, left - 1);
      return new AwsError('ThrottlingException', 'Rate exceeded');
    },
    onCall(call) {
      calls.push(call);
      for (const listener of callListeners) listener(call);
    },
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const scheduler = setInterval(
    () => cloud.services.forEach((service) => service.reconcile()),
    pace.ms(schedulerSeconds),
  );

  return {
    endpoint,
    cloud,
    registry,
    calls,
    answers,
    portOf(host) {
      const found = listeners.find(({ rules }) => rules.some(({ hosts }) => hosts.includes(host)));
      if (!found) throw new Error(`No load balancer answers to ${host}`);
      return found.listening.port;
    },
    throttle: (operation, count) => void throttled.set(operation, count),
    setScan: (digest, scan) => void scans.set(digest, scan),
    onCall(listener) {
      callListeners.add(listener);
      return () => callListeners.delete(listener);
    },
    async stop() {
      clearInterval(scheduler);
      watch.stop();
      await docker.removeAll();
      for (const group of cloud.targetGroups) group.close();
      await Promise.all(listeners.map(({ listening }) => listening.close()));
      server.closeAllConnections();
      server.close();
      await registry.stop();
    },
  };
}
