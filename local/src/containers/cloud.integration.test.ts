import { DescribeRulesCommand, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { missingEngine } from './engine.ts';
import { program, startOneServiceCloud, type OneServiceCloud } from './testing/one-service-cloud.ts';

const missing = await missingEngine();
const describeWithEngine = missing === null ? describe : describe.skip;

describeWithEngine(`containers${missing === null ? '' : ` (SKIPPED: ${missing})`}`, () => {
  let one: OneServiceCloud;
  beforeAll(async () => void (one = await startOneServiceCloud()), 600_000);
  afterAll(() => one.stop());

  test('an image runs behind the load balancer, is found by the test rule, and gets the traffic by its weights', async () => {
    const good = await one.image('good', program(200, 'good'));
    await one.deploy('blue', good, 2);
    const service = await one.until(
      'blue',
      ({ deployments }) => deployments?.[0]?.rolloutState === 'COMPLETED',
    );
    expect(service).toMatchObject({ desiredCount: 2, runningCount: 2, pendingCount: 0 });
    expect(await one.ask()).toEqual({ status: 200, text: 'good' });

    const next = await one.image('next', program(200, 'next'));
    await one.deploy('green', next, 1);
    await one.until('green', ({ deployments }) => deployments?.[0]?.rolloutState === 'COMPLETED');
    expect(await one.ask()).toEqual({ status: 200, text: 'good' });
    expect(await one.ask({ 'x-foretell-colour': 'green' })).toEqual({ status: 200, text: 'next' });

    const { Rules = [] } = await one.balancing.send(
      new DescribeRulesCommand({ ListenerArn: one.running.cloud.listeners[0]?.arn }),
    );
    const weighted = Rules.find(({ Actions }) => Actions?.[0]?.ForwardConfig?.TargetGroups?.length === 2);
    const [blue, green] = weighted?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
    expect([blue?.Weight, green?.Weight]).toEqual([100, 0]);
    await one.balancing.send(
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
    expect(await one.ask()).toEqual({ status: 200, text: 'next' });
  }, 600_000);

  test.each([
    ['crashes', `process.exit(3)`],
    ['fails its health check', program(500, 'bad')],
  ])(
    'a build that %s is given up by the circuit breaker, and ECS goes back to what ran',
    async (name, source) => {
      const before = (await one.look('blue'))?.taskDefinition;
      const id = await one.deploy('blue', await one.image(name.replaceAll(' ', '-'), source), 2);
      const failed = await one.until(
        'blue',
        ({ deployments }) =>
          deployments?.some((each) => each.id === id && each.rolloutState === 'FAILED') ?? false,
      );
      expect(failed.deployments?.[0]).toMatchObject({ status: 'PRIMARY', taskDefinition: before });
      const back = await one.until('blue', ({ deployments }) => deployments?.length === 1);
      expect(back).toMatchObject({ taskDefinition: before, runningCount: 2 });
      expect(back.deployments?.[0]?.id).not.toBe(id);
    },
    600_000,
  );

  test('a field that AWS does not know, or one that is missing, is refused by the SDK’s own model', async () => {
    const call = async (body: object) => {
      const headers = { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.UpdateService' };
      const answer = await fetch(one.running.endpoint, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
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
    one.running.throttle('ecs.DescribeServices', 2);
    expect(await one.look('blue')).toMatchObject({ serviceName: 'backend-blue' });
    expect(one.running.calls.slice(-3).map(({ error }) => error)).toEqual([
      'ThrottlingException',
      'ThrottlingException',
      null,
    ]);
  });
});
