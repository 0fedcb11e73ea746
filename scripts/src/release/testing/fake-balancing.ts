import type { Colour } from '@foretell/core/contracts/release-bake';
import { alarmPrefix, colourHeader, colours, targetGroupName } from '@foretell/core/contracts/release-names';
import type { Answers } from './fake-answers.ts';
import { digestIn, groupArn, healthyIn, testHeader, type FakeWorld } from './fake-world.ts';

/** Load balancers: weighted rules, test rules, and targets that are as well as their build. */
export function balancing(world: FakeWorld): Answers {
  const { short } = world.target.environment;
  const http = world.target.services.filter(({ kind }) => kind === 'http');
  const ruleOf = (service: string) => ({
    RuleArn: `rule/${service}`,
    Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: [`${service}.example`] } }],
    Actions: [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [...(world.weights.get(`rule/${service}`) ?? [])].map(([TargetGroupArn, Weight]) => ({
            TargetGroupArn,
            Weight,
          })),
        },
      },
    ],
  });
  const testRuleOf = (service: string, colour: Colour) => ({
    RuleArn: `rule/${service}/${colour}`,
    Conditions: [
      {
        Field: 'http-header',
        HttpHeaderConfig: { HttpHeaderName: colourHeader, Values: [testHeader(colour)] },
      },
    ],
    Actions: [
      {
        Type: 'forward',
        ForwardConfig: { TargetGroups: [{ TargetGroupArn: groupArn(short, service, colour), Weight: 1 }] },
      },
    ],
  });
  const rulesOf = (service: string) => [
    ...colours.map((colour) => testRuleOf(service, colour)),
    ruleOf(service),
  ];
  return {
    'elbv2:DescribeTargetGroups': ({ Names = [] }) => ({
      TargetGroups: http.flatMap(({ name }) =>
        colours
          .filter((colour) => Names.includes(targetGroupName(short, name, colour)))
          .map((colour) => ({
            TargetGroupArn: groupArn(short, name, colour),
            TargetGroupName: targetGroupName(short, name, colour),
            LoadBalancerArns: [`balancer/${name}`],
          })),
      ),
    }),
    'elbv2:DescribeLoadBalancers': () => ({
      LoadBalancers: [{ DNSName: 'balancer.example', Scheme: 'internet-facing' }],
    }),
    'elbv2:DescribeListeners': ({ LoadBalancerArn = '' }) => ({
      Listeners: [{ ListenerArn: LoadBalancerArn, Port: 443, Protocol: 'HTTPS' }],
    }),
    'elbv2:DescribeRules': ({ ListenerArn, RuleArns }) => ({
      Rules: rulesOf((RuleArns?.[0] ?? ListenerArn ?? '').split('/')[1] ?? '').filter(
        ({ RuleArn }) => RuleArns?.includes(RuleArn) ?? true,
      ),
    }),
    'elbv2:DescribeTargetHealth': ({ TargetGroupArn = '' }) => {
      const found = http
        .flatMap(({ name }) => colours.map((colour) => ({ name, colour })))
        .find(({ name, colour }) => groupArn(short, name, colour) === TargetGroupArn);
      const healthy = found ? healthyIn(world, `${found.name}-${found.colour}`) : 0;
      return {
        TargetHealthDescriptions: Array.from({ length: healthy }, () => ({
          TargetHealth: { State: 'healthy' },
        })),
      };
    },
    'elbv2:ModifyRule': ({ RuleArn = '', Actions = [] }) => {
      const groups = Actions[0]?.ForwardConfig?.TargetGroups ?? [];
      world.weights.set(
        RuleArn,
        new Map(groups.map(({ TargetGroupArn = '', Weight = 0 }) => [TargetGroupArn, Weight])),
      );
      const service = RuleArn.split('/')[1] ?? '';
      for (const colour of colours) {
        const weight = world.weights.get(RuleArn)?.get(groupArn(short, service, colour)) ?? 0;
        const running = world.services.get(`${service}-${colour}`)?.taskDefinition ?? '';
        if (weight > 0 && world.behaviours.get(digestIn(world, running)) === 'rings in the bake')
          world.alarms.push({
            name: `${alarmPrefix(world.target.environment.name, service)}${colour}-errors`,
            since: new Date(world.at + 1),
          });
      }
      return {};
    },
  };
}
