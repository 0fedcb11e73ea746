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
} from '@aws-sdk/client-ecs';
import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { baseImage, missingEngine, startEngine, type Engine } from './engine.ts';
import { startCloud, type RunningCloud } from './start-cloud.ts';
import { oneService } from './testing/one-service.ts';

const missing = await missingEngine();
const describeWithEngine = missing === null ? describe : describe.skip;

/** A server of a few lines: what it does is what its image's build says. */
const program = (health: number, answer: string) =>
  `require('node:http').createServer((q, r) => { r.statusCode = q.url === '/healthz' ? ${health} : 200; r.end('${answer}'); }).listen(process.env.PORT, process.env.HOST)`;

describeWithEngine(`containers${missing === null ? '' : ` (SKIPPED: ${missing})`}`, () => {
  let dir: string;
  let engine: Engine;
  let base: string;
  let running: RunningCloud;
  let ecs: ECSClient;
  let balancing: ElasticLoadBalancingV2Client;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'foretell-cloud-'));
    engine = await startEngine(dir);
    base = await baseImage();
    running = await startCloud({
      account: '111111111111',
      region: 'eu-west-1',
      stacks: [oneService],
      repositories: ['foretell/backend'],
      variables: {},
      secrets: {},
      mounts: [],
      dataDir: dir,
      pace: 0.05,
      containerStartMs: 5000,
    });
    const config = {
      endpoint: running.endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    };
    [ecs, balancing] = [new ECSClient(config), new ElasticLoadBalancingV2Client(config)];
  }, 180_000);

  afterAll(async () => {
    ecs.destroy();
    balancing.destroy();
    await running.stop();
    await engine.stop();
    await rm(dir, { recursive: true, force: true });
  }, 60_000);

  /** Builds and pushes an image of the program, and answers its name by digest. */
  async function image(tag: string, source: string): Promise<string> {
    const name = `${running.registry.host}/foretell/backend`;
    const file = `FROM ${base}\nCMD ["node", "-e", ${JSON.stringify(source)}]\n`;
    execFileSync('docker', ['build', '--quiet', '--network', 'host', '--tag', `${name}:${tag}`, '-'], {
      input: file,
      env: { ...process.env, DOCKER_BUILDKIT: '0' },
    });
    execFileSync('docker', ['push', '--quiet', `${name}:${tag}`]);
    return `${name}@${(await running.registry.digestOf('foretell/backend', tag)) ?? ''}`;
  }

  async function deploy(colour: string, uri: string, desiredCount: number): Promise<string> {
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

  const look = async (colour: string) =>
    (await ecs.send(new DescribeServicesCommand({ cluster: 'test', services: [`backend-${colour}`] })))
      .services?.[0];

  async function until(
    colour: string,
    reached: (service: NonNullable<Awaited<ReturnType<typeof look>>>) => boolean,
  ) {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const service = await look(colour);
      if (service && reached(service)) return service;
      if (Date.now() > deadline) throw new Error(`not reached: ${JSON.stringify(service, null, 1)}`);
      await delay(100);
    }
  }

  const ask = (headers: Record<string, string> = {}) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const port = running.portOf('app.example');
      get({ host: '127.0.0.1', port, headers: { host: 'app.example', ...headers } }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      }).on('error', reject);
    });

  test('an image runs behind the load balancer, is found by the test rule, and gets the traffic by its weights', async () => {
    const good = await image('good', program(200, 'good'));
    await deploy('blue', good, 2);
    const service = await until('blue', ({ deployments }) => deployments?.[0]?.rolloutState === 'COMPLETED');
    expect(service).toMatchObject({ desiredCount: 2, runningCount: 2, pendingCount: 0 });
    expect(await ask()).toEqual({ status: 200, text: 'good' });

    const next = await image('next', program(200, 'next'));
    await deploy('green', next, 1);
    await until('green', ({ deployments }) => deployments?.[0]?.rolloutState === 'COMPLETED');
    expect(await ask()).toEqual({ status: 200, text: 'good' });
    expect(await ask({ 'x-foretell-colour': 'green' })).toEqual({ status: 200, text: 'next' });

    const { Rules = [] } = await balancing.send(
      new DescribeRulesCommand({ ListenerArn: running.cloud.listeners[0]?.arn }),
    );
    const weighted = Rules.find(({ Actions }) => Actions?.[0]?.ForwardConfig?.TargetGroups?.length === 2);
    const [blue, green] = weighted?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
    expect([blue?.Weight, green?.Weight]).toEqual([100, 0]);
    await balancing.send(
      new ModifyRuleCommand({
        RuleArn: weighted?.RuleArn,
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { ...blue, Weight: 0 },
                { ...green, Weight: 100 },
              ],
            },
          },
        ],
      }),
    );
    expect(await ask()).toEqual({ status: 200, text: 'next' });
  }, 90_000);

  test.each([
    ['crashes', `process.exit(3)`],
    ['fails its health check', program(500, 'bad')],
  ])(
    'a build that %s is given up by the circuit breaker, and ECS goes back to what ran',
    async (name, source) => {
      const before = (await look('blue'))?.taskDefinition;
      const id = await deploy('blue', await image(name.replaceAll(' ', '-'), source), 2);
      const failed = await until(
        'blue',
        ({ deployments }) =>
          deployments?.some((each) => each.id === id && each.rolloutState === 'FAILED') ?? false,
      );
      expect(failed.deployments?.[0]).toMatchObject({ status: 'PRIMARY', taskDefinition: before });
      const back = await until('blue', ({ deployments }) => deployments?.length === 1);
      expect(back).toMatchObject({ taskDefinition: before, runningCount: 2 });
      expect(back.deployments?.[0]?.id).not.toBe(id);
    },
    90_000,
  );

  test('a field that AWS does not know, or one that is missing, is refused by the SDK’s own model', async () => {
    const call = async (body: object) => {
      const headers = { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.UpdateService' };
      const answer = await fetch(running.endpoint, { method: 'POST', headers, body: JSON.stringify(body) });
      return [answer.status, await answer.json()];
    };
    expect(await call({ service: 'backend-blue', desiredcount: 1 })).toEqual([
      400,
      {
        __type: 'ValidationException',
        message: 'desiredcount: there is no such field in UpdateServiceRequest',
      },
    ]);
    expect(await call({ cluster: 'test' })).toEqual([
      400,
      { __type: 'ValidationException', message: 'service: is required' },
    ]);
    expect(await call({ service: 'backend-blue', desiredCount: '1' })).toEqual([
      400,
      { __type: 'ValidationException', message: 'desiredCount: should be a number, and is "1"' },
    ]);
  });

  test('a call that is throttled is made again by the SDK', async () => {
    running.throttle('ecs.DescribeServices', 2);
    expect(await look('blue')).toMatchObject({ serviceName: 'backend-blue' });
    expect(running.calls.slice(-3).map(({ error }) => error)).toEqual([
      'ThrottlingException',
      'ThrottlingException',
      null,
    ]);
  });
});
