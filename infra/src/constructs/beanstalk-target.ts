import { colourHeader } from '@foretell/core/contracts/release-names';
import {
  Construct,
  LbListenerRule,
  LbTargetGroup,
  VpcSecurityGroupEgressRule,
  type ITerraformDependable,
} from '../cdktf.ts';
import type { LoadBalancer } from './load-balancer.ts';

export interface BeanstalkTargetProps {
  readonly name: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly balancer: LoadBalancer;
  readonly host: string;
  readonly healthPath: string;
  /** Of the rule that asks it by the header; the rule that gives it the host's traffic comes before the weighted one's. */
  readonly priorities: { readonly test: number; readonly traffic: number };
  /** Whether the host's traffic goes there. */
  readonly takesTraffic: boolean;
}

/**
 * Where a service on Elastic Beanstalk gets its traffic: a target group and rules of our own, since the order of the rules
 * Beanstalk makes on a shared load balancer is Beanstalk's. Moving traffic there is one rule more, moving it back one less.
 */
export class BeanstalkTarget extends Construct {
  readonly targetGroupArn: string;

  constructor(scope: Construct, id: string, props: BeanstalkTargetProps) {
    super(scope, id);
    const group = new LbTargetGroup(this, 'targets', {
      name: props.name,
      vpcId: props.vpcId,
      targetType: 'instance',
      protocol: 'HTTP',
      port: 80,
      deregistrationDelay: '30',
      healthCheck: {
        enabled: true,
        path: props.healthPath,
        matcher: '200',
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
    });
    this.targetGroupArn = group.arn;
    const out = new VpcSecurityGroupEgressRule(this, 'out', {
      securityGroupId: props.balancer.securityGroupId,
      description: 'To the Beanstalk instances',
      cidrIpv4: props.cidr,
      ipProtocol: 'tcp',
      fromPort: 80,
      toPort: 80,
    });
    this.rules(props, out);
  }

  private rules(
    { balancer, host, priorities, takesTraffic }: BeanstalkTargetProps,
    after: ITerraformDependable,
  ): void {
    const action = [{ type: 'forward', targetGroupArn: this.targetGroupArn }];
    const condition = { hostHeader: { values: [host] } };
    const rule = { listenerArn: balancer.listenerArn, action, dependsOn: [after] };
    new LbListenerRule(this, 'test', {
      ...rule,
      priority: priorities.test,
      condition: [condition, { httpHeader: { httpHeaderName: colourHeader, values: ['beanstalk'] } }],
      tags: { purpose: 'test', colour: 'beanstalk' },
    });
    if (takesTraffic)
      new LbListenerRule(this, 'traffic', {
        ...rule,
        priority: priorities.traffic,
        condition: [condition],
        tags: { purpose: 'traffic', colour: 'beanstalk' },
      });
  }
}
