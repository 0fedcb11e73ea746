import { Agent, get } from 'node:http';
import type { Pace } from './pace.ts';

export interface TargetGroupConfig {
  readonly arn: string;
  readonly name: string;
  readonly port: number;
  readonly deregistrationSeconds: number;
  readonly health: {
    readonly path: string;
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
    readonly healthyThreshold: number;
    readonly unhealthyThreshold: number;
  };
}

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'draining';

/** A task behind a load balancer: all are on loopback here, and told apart by their ports. */
export interface Target {
  readonly port: number;
  /** Which image answers. */
  readonly image: string;
  state: TargetState;
  /** Requests on their way. */
  outstanding: number;
  readonly agent: Agent;
}

export interface TargetGroup extends TargetGroupConfig {
  readonly targets: readonly Target[];
  register(port: number, image: string): Target;
  /** No new requests; resolves when those on their way are answered, or the deregistration delay is over. */
  deregister(target: Target): Promise<void>;
  /** Who gets the next request; as on AWS, all of them when none is healthy. Null when there is none at all. */
  pick(): Target | null;
  close(): void;
}

/** Longer than a load balancer keeps an idle connection, a target must. */
const idleMs = 60_000;

export function createTargetGroup(config: TargetGroupConfig, pace: Pace): TargetGroup {
  const targets: Target[] = [];
  const stops = new Map<Target, () => void>();
  const leave = (target: Target) => {
    stops.get(target)?.();
    stops.delete(target);
    const index = targets.indexOf(target);
    if (index >= 0) targets.splice(index, 1);
    target.agent.destroy();
  };
  return {
    ...config,
    targets,
    register(port, image) {
      const agent = new Agent({ keepAlive: true, timeout: idleMs, maxFreeSockets: 64 });
      const target: Target = { port, image, state: 'initial', outstanding: 0, agent };
      targets.push(target);
      stops.set(target, watchHealth(target, config, pace));
      return target;
    },
    async deregister(target) {
      if (!targets.includes(target)) return;
      target.state = 'draining';
      const deadline = Date.now() + pace.ms(config.deregistrationSeconds);
      while (target.outstanding > 0 && Date.now() < deadline) await pace.wait(0.5);
      leave(target);
    },
    pick() {
      const ready = targets.filter(({ state }) => state === 'healthy');
      const open = ready.length > 0 ? ready : targets.filter(({ state }) => state !== 'draining');
      return open.reduce<Target | null>(
        (least, each) => (least === null || each.outstanding < least.outstanding ? each : least),
        null,
      );
    },
    close() {
      for (const target of [...targets]) leave(target);
    },
  };
}

/** Asks for the health path over and over; so many answers in a row turn the state. */
function watchHealth(target: Target, { health }: TargetGroupConfig, pace: Pace): () => void {
  let inARow = 0;
  let good = false;
  let asking = false;
  const registered = Date.now();
  const ask = async () => {
    asking = true;
    // How long a container takes to answer is its own time, however fast AWS's passes.
    const ok = await isHealthy(target.port, health.path, health.timeoutSeconds * 1000);
    asking = false;
    if (target.state === 'draining') return;
    inARow = ok === good ? inARow + 1 : 1;
    good = ok;
    if (ok && inARow >= health.healthyThreshold) target.state = 'healthy';
    const isStarting = target.state === 'initial' && Date.now() - registered < pace.containerStartMs;
    if (!ok && inARow >= health.unhealthyThreshold && !isStarting) target.state = 'unhealthy';
  };
  const timer = setInterval(() => {
    if (!asking) void ask();
  }, pace.ms(health.intervalSeconds));
  return () => clearInterval(timer);
}

function isHealthy(port: number, path: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, timeout: timeoutMs, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
