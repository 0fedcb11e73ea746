import { Construct, SecurityGroup, VpcEndpoint, VpcSecurityGroupIngressRule } from '../cdktf.ts';

export interface VpcEndpointsProps {
  readonly name: string;
  readonly region: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly routeTableIds: readonly string[];
  /** Where the interface endpoints stand. */
  readonly subnetIds: readonly string[];
}

/** What tasks call all the time; everything else goes by the NAT gateway. */
const interfaceServices = [
  'ecr.api',
  'ecr.dkr',
  'logs',
  'sqs',
  'secretsmanager',
  'ssm',
  'redshift-data',
  'lambda',
] as const;

/** S3, DynamoDB, ECR, SQS, logs and the like without leaving the VPC. */
export class VpcEndpoints extends Construct {
  constructor(scope: Construct, id: string, props: VpcEndpointsProps) {
    super(scope, id);
    for (const service of ['s3', 'dynamodb'])
      new VpcEndpoint(this, service, {
        vpcId: props.vpcId,
        serviceName: `com.amazonaws.${props.region}.${service}`,
        vpcEndpointType: 'Gateway',
        routeTableIds: [...props.routeTableIds],
        tags: { Name: `${props.name}-${service}` },
      });
    const group = new SecurityGroup(this, 'group', {
      name: `${props.name}-endpoints`,
      description: 'HTTPS from inside the VPC to its endpoints',
      vpcId: props.vpcId,
    });
    new VpcSecurityGroupIngressRule(this, 'https', {
      securityGroupId: group.id,
      description: 'HTTPS from inside the VPC',
      cidrIpv4: props.cidr,
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
    });
    for (const service of interfaceServices)
      new VpcEndpoint(this, service.replace('.', '-'), {
        vpcId: props.vpcId,
        serviceName: `com.amazonaws.${props.region}.${service}`,
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: [...props.subnetIds],
        securityGroupIds: [group.id],
        tags: { Name: `${props.name}-${service}` },
      });
  }
}
