import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Environment } from '@foretell/infra/environments';
import { colourHeader, colours, targetGroupName } from '@foretell/core/contracts/release-names';
import type { Aws } from './aws-calls.ts';
import { ReleaseError } from './errors.ts';
import type { TrafficState } from './state.ts';
import type { TargetService } from './target.ts';

const forwardsOf = (rule: Rule) =>
  rule.Actions?.find(({ Type }) => Type === 'forward')?.ForwardConfig?.TargetGroups ?? [];

/** By target group: the share of a rule's traffic. */
export const weightsOf = (rule: Rule): Readonly<Record<string, number>> =>
  Object.fromEntries(forwardsOf(rule).map(({ TargetGroupArn = '', Weight = 0 }) => [TargetGroupArn, Weight]));

const hostOf = (rule: Rule): string | undefined =>
  rule.Conditions?.find(({ Field }) => Field === 'host-header')?.HostHeaderConfig?.Values?.[0];

/** What a test rule wants in its header; undefined for any other rule. */
const headerOf = (rule: Rule): string | undefined =>
  rule.Conditions?.find(
    ({ HttpHeaderConfig }) => HttpHeaderConfig?.HttpHeaderName?.toLowerCase() === colourHeader,
  )?.HttpHeaderConfig?.Values?.[0];

/** Finds the weighted rule of a service by its two target groups, and the balancer and listener that it is of. */
export async function readTraffic(
  aws: Aws,
  { short }: Environment,
  service: TargetService,
): Promise<TrafficState> {
  const Names = colours.map((colour) => targetGroupName(short, service.name, colour));
  const { TargetGroups = [] } = await aws('elbv2:DescribeTargetGroups', { Names });
  const [blue, green] = Names.map((name) =>
    TargetGroups.find(({ TargetGroupName }) => TargetGroupName === name),
  );
  const balancerArn = blue?.LoadBalancerArns?.[0];
  if (blue?.TargetGroupArn === undefined || green?.TargetGroupArn === undefined || balancerArn === undefined)
    throw new ReleaseError(
      'refused',
      `${Names.join(' or ')} is behind no load balancer: apply the compute stack first`,
    );
  const targetGroups = { blue: blue.TargetGroupArn, green: green.TargetGroupArn };
  const [{ LoadBalancers = [] }, { Listeners = [] }] = await Promise.all([
    aws('elbv2:DescribeLoadBalancers', { LoadBalancerArns: [balancerArn] }),
    aws('elbv2:DescribeListeners', { LoadBalancerArn: balancerArn }),
  ]);
  const perListener = await Promise.all(
    Listeners.map(async (listener) => {
      const { Rules = [] } = await aws('elbv2:DescribeRules', { ListenerArn: listener.ListenerArn });
      return Rules.map((rule) => ({ rule, listener }));
    }),
  );
  const rules = perListener.flat();
  const found = rules.find(({ rule }) => {
    const weights = weightsOf(rule);
    return targetGroups.blue in weights && targetGroups.green in weights;
  });
  const [testBlue, testGreen] = colours.map(
    (colour) =>
      rules.find(({ rule }) => headerOf(rule) !== undefined && targetGroups[colour] in weightsOf(rule))?.rule
        .RuleArn,
  );
  const [balancer, host] = [LoadBalancers[0], found ? hostOf(found.rule) : undefined];
  if (found?.rule.RuleArn === undefined || balancer === undefined || host === undefined)
    throw new ReleaseError(
      'refused',
      `No rule parts the traffic between ${Names.join(' and ')}: apply the compute stack first`,
    );
  if (testBlue === undefined || testGreen === undefined)
    throw new ReleaseError(
      'refused',
      `No test rules lead to ${Names.join(' and ')}: apply the compute stack first`,
    );
  const weights = weightsOf(found.rule);
  const { Protocol = 'HTTPS', Port = 443 } = found.listener;
  // What stands inside the VPC cannot be asked from here; API Gateway hands the header on.
  const outside = balancer.Scheme === 'internal' ? service.publicOrigin : null;
  return {
    ruleArn: found.rule.RuleArn,
    targetGroups,
    weights: { blue: weights[targetGroups.blue] ?? 0, green: weights[targetGroups.green] ?? 0 },
    door:
      outside === null
        ? { origin: `${Protocol.toLowerCase()}://${balancer.DNSName ?? ''}:${Port}`, host }
        : { origin: outside, host: new URL(outside).host },
    testRuleArns: { blue: testBlue, green: testGreen },
  };
}

/** A rule's weights as they are now. */
export async function readWeights(aws: Aws, ruleArn: string): Promise<Readonly<Record<string, number>>> {
  const { Rules = [] } = await aws('elbv2:DescribeRules', { RuleArns: [ruleArn] });
  return Rules[0] ? weightsOf(Rules[0]) : {};
}

/** What a test rule wants to find in the header that names a colour, as the balancer has it now. */
export async function readColourHeader(aws: Aws, testRuleArn: string): Promise<string> {
  const { Rules = [] } = await aws('elbv2:DescribeRules', { RuleArns: [testRuleArn] });
  const value = Rules[0] && headerOf(Rules[0]);
  if (value === undefined)
    throw new ReleaseError('refused', `${testRuleArn} is no test rule any more: apply the compute stack`);
  return value;
}
