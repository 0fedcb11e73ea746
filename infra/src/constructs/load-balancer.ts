import {
  Construct,
  Lb,
  LbListener,
  SecurityGroup,
  VpcSecurityGroupEgressRule,
  VpcSecurityGroupIngressRule,
} from '../cdktf.ts';
import { Alarm } from './alarm.ts';

export interface LoadBalancerProps {
  readonly name: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly subnetIds: readonly string[];
  readonly certificateArn: string;
  readonly logsBucket: string;
  readonly deletionProtection: boolean;
  readonly alarmTopicArn: string;
  /** Who may call: everybody on the internet, or what is inside the VPC. */
  readonly from: 'internet' | 'vpc';
}

/** HTTPS in, our rules decide where to; what no rule takes gets a 404. */
export class LoadBalancer extends Construct {
  readonly arn: string;
  readonly arnSuffix: string;
  readonly dnsName: string;
  readonly zoneId: string;
  readonly listenerArn: string;
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    this.securityGroupId = this.securityGroup(props);
    const balancer = new Lb(this, 'balancer', {
      name: props.name,
      loadBalancerType: 'application',
      internal: props.from === 'vpc',
      subnets: [...props.subnetIds],
      securityGroups: [this.securityGroupId],
      dropInvalidHeaderFields: true,
      enableDeletionProtection: props.deletionProtection,
      idleTimeout: 60,
      accessLogs: { bucket: props.logsBucket, prefix: `load-balancers/${props.name}`, enabled: true },
    });
    this.arn = balancer.arn;
    this.arnSuffix = balancer.arnSuffix;
    this.dnsName = balancer.dnsName;
    this.zoneId = balancer.zoneId;
    this.listenerArn = new LbListener(this, 'https', {
      loadBalancerArn: balancer.arn,
      port: 443,
      protocol: 'HTTPS',
      sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      certificateArn: props.certificateArn,
      defaultAction: [
        {
          type: 'fixed-response',
          fixedResponse: { contentType: 'text/plain', statusCode: '404', messageBody: 'Nothing is here.' },
        },
      ],
    }).arn;
    new Alarm(this, 'refused', {
      name: `${props.name}-no-answer`,
      description: `${props.name} found no task that answered: look at the services behind it`,
      topicArn: props.alarmTopicArn,
      watch: {
        namespace: 'AWS/ApplicationELB',
        name: 'HTTPCode_ELB_5XX_Count',
        dimensions: { LoadBalancer: balancer.arnSuffix },
        statistic: 'Sum',
      },
      above: 5,
    });
    if (props.from === 'internet')
      new LbListener(this, 'redirect', {
        loadBalancerArn: balancer.arn,
        port: 80,
        protocol: 'HTTP',
        defaultAction: [
          { type: 'redirect', redirect: { port: '443', protocol: 'HTTPS', statusCode: 'HTTP_301' } },
        ],
      });
  }

  private securityGroup({ name, vpcId, cidr, from }: LoadBalancerProps): string {
    const group = new SecurityGroup(this, 'group', {
      name,
      description: from === 'internet' ? 'HTTPS from the internet' : 'HTTPS from inside the VPC',
      vpcId,
    });
    for (const port of from === 'internet' ? [80, 443] : [443])
      new VpcSecurityGroupIngressRule(this, `in-${port}`, {
        securityGroupId: group.id,
        description: from === 'internet' ? 'From the internet' : 'From inside the VPC',
        cidrIpv4: from === 'internet' ? '0.0.0.0/0' : cidr,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
      });
    new VpcSecurityGroupEgressRule(this, 'out', {
      securityGroupId: group.id,
      description: 'To the tasks',
      cidrIpv4: cidr,
      ipProtocol: 'tcp',
      fromPort: 4000,
      toPort: 4001,
    });
    return group.id;
  }
}
