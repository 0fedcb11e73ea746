import {
  DescribeListeners$,
  DescribeLoadBalancers$,
  DescribeRules$,
  DescribeTargetGroups$,
  DescribeTargetHealth$,
  ModifyRule$,
  type DescribeListenersInput,
  type DescribeLoadBalancersInput,
  type DescribeRulesInput,
  type DescribeTargetGroupsInput,
  type DescribeTargetHealthInput,
  type ModifyRuleInput,
  type Rule as RuleDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { operation, type Operation } from '../aws-api/aws-api.ts';
import { AwsError } from '../aws-api/aws-error.ts';
import type { BalancerListener, Cloud } from './cloud.ts';
import type { Rule } from './listener.ts';
import type { TargetGroup } from './target-groups.ts';

/** The calls of Elastic Load Balancing that a release makes. */
export function balancerOperations(cloud: Cloud): readonly Operation[] {
  const groupOf = (arn: string | undefined) =>
    found(
      cloud.targetGroups.find((each) => each.arn === arn),
      'TargetGroupNotFound',
      'target group',
      arn,
    );
  const rulesOf = ({ ListenerArn, RuleArns }: DescribeRulesInput) => {
    if (RuleArns) return RuleArns.map((arn) => ruleOf(cloud, arn));
    return found(
      cloud.listeners.find(({ arn }) => arn === ListenerArn),
      'ListenerNotFound',
      'listener',
      ListenerArn,
    ).rules;
  };
  return [
    operation('elbv2', DescribeTargetGroups$, ({ Names, TargetGroupArns }: DescribeTargetGroupsInput) => {
      const wanted = cloud.targetGroups.filter(
        ({ name, arn }) => (Names?.includes(name) ?? true) && (TargetGroupArns?.includes(arn) ?? true),
      );
      if (wanted.length < (Names ?? TargetGroupArns ?? []).length)
        throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
      return { TargetGroups: wanted.map((group) => describeGroup(cloud, group)) };
    }),
    operation('elbv2', DescribeLoadBalancers$, ({ LoadBalancerArns, Names }: DescribeLoadBalancersInput) => ({
      LoadBalancers: balancersOf(cloud)
        .filter(
          ({ arn, name }) => (LoadBalancerArns?.includes(arn) ?? true) && (Names?.includes(name) ?? true),
        )
        // All of them can be reached from here, as one that faces the internet can from anywhere.
        .map(({ arn, name }) => ({
          LoadBalancerArn: arn,
          LoadBalancerName: name,
          DNSName: '127.0.0.1',
          Scheme: 'internet-facing',
          Type: 'application',
        })),
    })),
    operation('elbv2', DescribeListeners$, ({ LoadBalancerArn, ListenerArns }: DescribeListenersInput) => ({
      Listeners: cloud.listeners
        .filter(
          ({ arn, balancer }) =>
            (LoadBalancerArn ?? balancer.arn) === balancer.arn && (ListenerArns?.includes(arn) ?? true),
        )
        .map(describeListener),
    })),
    operation('elbv2', DescribeRules$, (input: DescribeRulesInput) => ({
      Rules: rulesOf(input).map(describeRule),
    })),
    operation('elbv2', DescribeTargetHealth$, ({ TargetGroupArn }: DescribeTargetHealthInput) => ({
      TargetHealthDescriptions: groupOf(TargetGroupArn).targets.map(({ port, state }) => ({
        Target: { Id: '127.0.0.1', Port: port },
        TargetHealth: { State: state },
      })),
    })),
    operation('elbv2', ModifyRule$, ({ RuleArn, Actions }: ModifyRuleInput) => {
      const rule = ruleOf(cloud, RuleArn);
      const [action] = Actions ?? [];
      const groups = action?.ForwardConfig?.TargetGroups;
      if (Actions?.length !== 1 || action?.Type !== 'forward' || !groups || groups.length === 0)
        throw new AwsError(
          'InvalidLoadBalancerAction',
          'A weighted rule has one forward action with target groups',
        );
      rule.forward = groups.map(({ TargetGroupArn, Weight = 1 }) => ({
        group: groupOf(TargetGroupArn),
        weight: weightOf(Weight),
      }));
      return { Rules: [describeRule(rule)] };
    }),
  ];
}

function weightOf(weight: number): number {
  if (weight < 0 || weight > 999 || !Number.isInteger(weight))
    throw new AwsError('ValidationError', `Target group weight ${weight} must be between 0 and 999`);
  return weight;
}

function found<T>(value: T | undefined, code: string, what: string, arn: string | undefined): T {
  if (value === undefined) throw new AwsError(code, `There is no ${what} ${arn ?? '(none given)'}`);
  return value;
}

const ruleOf = (cloud: Cloud, arn: string | undefined): Rule =>
  found(
    cloud.listeners.flatMap(({ rules }) => rules).find((rule) => rule.arn === arn),
    'RuleNotFound',
    'rule',
    arn,
  );

const balancersOf = ({ listeners }: Cloud) => [...new Set(listeners.map(({ balancer }) => balancer))];

function describeGroup({ listeners }: Cloud, group: TargetGroup) {
  const uses = (each: BalancerListener) =>
    each.rules.some(({ forward }) => forward.some((one) => one.group === group));
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Port: group.port,
    Protocol: 'HTTP',
    TargetType: 'ip',
    HealthCheckPath: group.health.path,
    LoadBalancerArns: listeners.filter(uses).map(({ balancer }) => balancer.arn),
  };
}

const describeListener = ({ arn, balancer, listening }: BalancerListener) => ({
  ListenerArn: arn,
  LoadBalancerArn: balancer.arn,
  Port: listening.port,
  Protocol: 'HTTP',
});

function describeRule({ arn, priority, hosts, header, forward }: Rule): RuleDescription {
  const [only] = forward;
  return {
    RuleArn: arn,
    Priority: String(priority),
    IsDefault: false,
    Conditions: [
      ...(hosts.length > 0
        ? [{ Field: 'host-header', Values: [...hosts], HostHeaderConfig: { Values: [...hosts] } }]
        : []),
      ...(header
        ? [
            {
              Field: 'http-header',
              HttpHeaderConfig: { HttpHeaderName: header.name, Values: [...header.values] },
            },
          ]
        : []),
    ],
    Actions: [
      {
        Type: 'forward',
        ...(forward.length === 1 ? { TargetGroupArn: only?.group.arn } : {}),
        ForwardConfig: {
          TargetGroups: forward.map(({ group, weight }) => ({ TargetGroupArn: group.arn, Weight: weight })),
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ],
  };
}
