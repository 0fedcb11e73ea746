import { layOut, parseBlock } from '../cidr.ts';
import {
  CloudwatchLogGroup,
  Construct,
  DefaultSecurityGroup,
  Eip,
  FlowLog,
  InternetGateway,
  NatGateway,
  RouteTable,
  RouteTableAssociation,
  Subnet,
  Vpc,
} from '../cdktf.ts';
import type { Environment } from '../environments.ts';
import { Role } from './role.ts';
import { forManagedPolicy } from './spark-engine.ts';
import { VpcEndpoints } from './vpc-endpoints.ts';

export interface NetworkProps {
  readonly environment: Environment;
  readonly keyArn: string;
}

/** One environment's VPC over three zones: private subnets for all tasks and data, public ones for the load balancer. */
export class Network extends Construct {
  readonly vpcId: string;
  readonly privateSubnetIds: readonly string[];
  readonly publicSubnetIds: readonly string[];

  constructor(scope: Construct, id: string, { environment, keyArn }: NetworkProps) {
    super(scope, id);
    const { name, network } = environment;
    const block = parseBlock(network.cidr);
    if (!block) throw new Error(`${name}.network.cidr was not checked`);
    const blocks = layOut(block);
    const vpc = new Vpc(this, 'vpc', {
      cidrBlock: network.cidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: `foretell-${name}` },
    });
    this.vpcId = vpc.id;
    // Nothing ever uses the default group: with no rules here, it lets nothing through.
    new DefaultSecurityGroup(this, 'default-group', {
      vpcId: vpc.id,
      tags: { Name: `foretell-${name}-unused` },
    });
    const subnets = (kind: 'private' | 'public') =>
      network.availabilityZones.map(
        (availabilityZone, index) =>
          new Subnet(this, `${kind}-${index}`, {
            vpcId: vpc.id,
            availabilityZone,
            cidrBlock: blocks[kind][index] ?? '',
            mapPublicIpOnLaunch: false,
            tags: {
              Name: `foretell-${name}-${kind}-${availabilityZone}`,
              ...(kind === 'private' && environment.spark.kind !== 'serverless' ? forManagedPolicy : {}),
            },
          }),
      );
    const [privateSubnets, publicSubnets] = [subnets('private'), subnets('public')];
    this.privateSubnetIds = privateSubnets.map((subnet) => subnet.id);
    this.publicSubnetIds = publicSubnets.map((subnet) => subnet.id);
    const routeTableIds = this.routes(environment, publicSubnets, privateSubnets);
    new VpcEndpoints(this, 'endpoints', {
      name: `foretell-${name}`,
      region: environment.region,
      vpcId: vpc.id,
      cidr: network.cidr,
      routeTableIds,
      subnetIds: this.privateSubnetIds.slice(0, network.endpointZones),
    });
    this.flowLog(environment, keyArn);
  }

  /** Public subnets go to the internet gateway; private ones to a NAT gateway, where the environment has one. */
  private routes(
    { name, network }: Environment,
    publicSubnets: readonly Subnet[],
    privateSubnets: readonly Subnet[],
  ): readonly string[] {
    const gateway = new InternetGateway(this, 'internet', {
      vpcId: this.vpcId,
      tags: { Name: `foretell-${name}` },
    });
    const publicTable = new RouteTable(this, 'public-routes', {
      vpcId: this.vpcId,
      route: [{ cidrBlock: '0.0.0.0/0', gatewayId: gateway.id }],
      tags: { Name: `foretell-${name}-public` },
    });
    for (const [index, subnet] of publicSubnets.entries())
      new RouteTableAssociation(this, `public-route-${index}`, {
        subnetId: subnet.id,
        routeTableId: publicTable.id,
      });
    const nats = publicSubnets.slice(0, network.natGateways).map((subnet, index) => {
      const address = new Eip(this, `nat-address-${index}`, { domain: 'vpc' });
      return new NatGateway(this, `nat-${index}`, {
        subnetId: subnet.id,
        allocationId: address.allocationId,
        tags: { Name: `foretell-${name}-${index}` },
        dependsOn: [gateway],
      });
    });
    return privateSubnets.map((subnet, index) => {
      const nat = nats[index % Math.max(1, nats.length)];
      const table = new RouteTable(this, `private-routes-${index}`, {
        vpcId: this.vpcId,
        ...(nat ? { route: [{ cidrBlock: '0.0.0.0/0', natGatewayId: nat.id }] } : {}),
        tags: { Name: `foretell-${name}-private-${index}` },
      });
      new RouteTableAssociation(this, `private-route-${index}`, {
        subnetId: subnet.id,
        routeTableId: table.id,
      });
      return table.id;
    });
  }

  private flowLog({ name, account, logRetentionDays }: Environment, keyArn: string): void {
    const group = new CloudwatchLogGroup(this, 'flow-logs', {
      name: `/foretell/${name}/flow`,
      retentionInDays: logRetentionDays,
      kmsKeyId: keyArn,
    });
    const role = new Role(this, 'flow-role', {
      name: `foretell-${name}-flow-log`,
      account,
      description: 'Writes the VPC flow log',
      services: ['vpc-flow-logs.amazonaws.com'],
    });
    role.allow({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
      resources: [`${group.arn}:*`],
    });
    new FlowLog(this, 'flow-log', {
      vpcId: this.vpcId,
      trafficType: 'REJECT',
      logDestination: group.arn,
      iamRoleArn: role.arn,
    });
  }
}
