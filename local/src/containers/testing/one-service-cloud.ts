import { execFileSync } from 'node:child_process';
import { get } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { baseImage, startEngine } from '../engine.ts';
import { startCloud, type RunningCloud } from '../start-cloud.ts';
import { oneService } from './one-service.ts';

/** A server of a few lines: what it does is what its image's build says. */
export const program = (health: number, answer: string): string =>
  `require('node:http').createServer((q, r) => { r.statusCode = q.url === '/healthz' ? ${health} : 200; r.end('${answer}'); }).listen(process.env.PORT, process.env.HOST)`;

/** One HTTP service as blue and green, and AWS's own clients to move it by. */
export interface OneServiceCloud {
  readonly running: RunningCloud;
  readonly balancing: ElasticLoadBalancingV2Client;
  /** Builds and pushes an image of a program, and answers its name by digest. */
  image(tag: string, source: string): Promise<string>;
  /** Registers a revision of the image, starts it on a colour, and answers the deployment's id. */
  deploy(colour: string, uri: string, desiredCount: number): Promise<string>;
  look(colour: string): Promise<Service | undefined>;
  /** The colour's service once it is as `reached` wants it; an error with how it is after three minutes. */
  until(colour: string, reached: (service: Service) => boolean): Promise<Service>;
  /** A GET through the load balancer. */
  ask(headers?: Record<string, string>): Promise<{ readonly status: number; readonly text: string }>;
  stop(): Promise<void>;
}

const untilMs = 180_000;

export async function startOneServiceCloud(): Promise<OneServiceCloud> {
  const dir = await mkdtemp(join(tmpdir(), 'foretell-cloud-'));
  const engine = await startEngine(dir);
  const base = await baseImage();
  const running = await startCloud({
    account: '111111111111',
    region: 'eu-west-1',
    stacks: [oneService],
    repositories: ['foretell/backend'],
    variables: {},
    secrets: {},
    mounts: [],
    dataDir: dir,
    pace: 0.05,
    containerStartMs: 12_000,
  });
  const config = {
    endpoint: running.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  const [ecs, balancing] = [new ECSClient(config), new ElasticLoadBalancingV2Client(config)];
  const look = async (colour: string) =>
    (await ecs.send(new DescribeServicesCommand({ cluster: 'test', services: [`backend-${colour}`] })))
      .services?.[0];
  return {
    running,
    balancing,
    image: (tag, source) => buildAndPush(running, base, tag, source),
    deploy: (colour, uri, desiredCount) => deployTo(ecs, colour, uri, desiredCount),
    look,
    async until(colour, reached) {
      const deadline = Date.now() + untilMs;
      for (;;) {
        const service = await look(colour);
        if (service && reached(service)) return service;
        if (Date.now() > deadline) throw new Error(`not reached: ${JSON.stringify(service, null, 1)}`);
        await delay(100);
      }
    },
    ask: (headers = {}) => ask(running.portOf('app.example'), headers),
    async stop() {
      ecs.destroy();
      balancing.destroy();
      await running.stop();
      await engine.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function buildAndPush(
  { registry }: RunningCloud,
  base: string,
  tag: string,
  source: string,
): Promise<string> {
  const name = `${registry.host}/foretell/backend`;
  const file = `FROM ${base}\nCMD ["node", "-e", ${JSON.stringify(source)}]\n`;
  execFileSync('docker', ['build', '--quiet', '--network', 'host', '--tag', `${name}:${tag}`, '-'], {
    input: file,
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
  });
  execFileSync('docker', ['push', '--quiet', `${name}:${tag}`]);
  return `${name}@${(await registry.digestOf('foretell/backend', tag)) ?? ''}`;
}

async function deployTo(ecs: ECSClient, colour: string, uri: string, desiredCount: number): Promise<string> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'backend',
      containerDefinitions: [
        { name: 'backend', image: uri, portMappings: [{ containerPort: 4000 }], stopTimeout: 5 },
      ],
    }),
  );
  const { service } = await ecs.send(
    new UpdateServiceCommand({
      cluster: 'test',
      service: `backend-${colour}`,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount,
      forceNewDeployment: true,
    }),
  );
  return service?.deployments?.[0]?.id ?? '';
}

const ask = (port: number, headers: Record<string, string>) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    get({ host: '127.0.0.1', port, headers: { host: 'app.example', ...headers } }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    }).on('error', reject);
  });
