import {
  Construct,
  EmrSecurityConfiguration,
  IamInstanceProfile,
  SecurityGroup,
  VpcSecurityGroupEgressRule,
} from '../cdktf.ts';
import { grantDiskEncryption, grantKeyUse } from './encryption-key.ts';
import { Role } from './role.ts';
import { forManagedPolicy, type SparkProps } from './spark-engine.ts';

/** What clusters are made with: outlives them all. */
export class SparkNodes extends Construct {
  readonly jobRole: Role;
  readonly serviceRoleArn: string;
  readonly profileArn: string;
  readonly securityConfiguration: string;
  readonly nodesGroupId: string;
  readonly serviceGroupId: string;

  constructor(scope: Construct, id: string, props: SparkProps) {
    super(scope, id);
    const { environment, keyArn } = props;
    const name = `foretell-${environment.name}`;
    this.jobRole = new Role(this, 'jobs', {
      name: `${name}-spark-nodes`,
      account: environment.account,
      description: 'What the nodes of a Spark cluster may touch',
      services: ['ec2.amazonaws.com'],
    });
    grantKeyUse(keyArn, this.jobRole);
    this.serviceRoleArn = this.serviceRole(props).arn;
    this.profileArn = new IamInstanceProfile(this, 'profile', {
      name: `${name}-spark-nodes`,
      role: this.jobRole.name,
    }).arn;
    this.securityConfiguration = new EmrSecurityConfiguration(this, 'security', {
      name: `${name}-spark`,
      configuration: securityConfiguration(keyArn),
    }).name;
    const nodes = this.group(props, 'nodes', 'Nodes of a Spark cluster');
    new VpcSecurityGroupEgressRule(this, 'https-out', {
      securityGroupId: nodes.id,
      description: 'To S3 and AWS',
      cidrIpv4: '0.0.0.0/0',
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
    });
    this.nodesGroupId = nodes.id;
    this.serviceGroupId = this.group(props, 'service', 'EMR itself, talking to the nodes').id;
  }

  private serviceRole({ environment, keyArn }: SparkProps): Role {
    const role = new Role(this, 'service', {
      name: `foretell-${environment.name}-emr-service`,
      account: environment.account,
      description: 'Lets EMR make and end the nodes of a cluster',
      services: ['elasticmapreduce.amazonaws.com'],
      managedPolicies: ['arn:aws:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2'],
    });
    role.allow({
      actions: ['iam:PassRole'],
      resources: [this.jobRole.arn],
      conditions: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    });
    grantDiskEncryption(keyArn, role);
    return role;
  }

  /** EMR fills the groups with its own rules; they start without any. */
  private group(
    { environment: { name }, vpcId }: SparkProps,
    part: string,
    description: string,
  ): SecurityGroup {
    return new SecurityGroup(this, `${part}-group`, {
      name: `foretell-${name}-spark-${part}`,
      description,
      vpcId,
      revokeRulesOnDelete: true,
      tags: forManagedPolicy,
      lifecycle: { ignoreChanges: ['ingress', 'egress'] },
    });
  }
}

/** Between nodes too, nothing travels in the clear. */
export const encryptedBetweenNodes = {
  Classification: 'spark-defaults',
  Properties: {
    'spark.authenticate': 'true',
    'spark.network.crypto.enabled': 'true',
    'spark.io.encryption.enabled': 'true',
  },
} as const;

/** Spot nodes come from where they are least likely to be taken away again. */
export const whenNoSpot = {
  allocationStrategy: 'price-capacity-optimized',
  timeoutAction: 'SWITCH_TO_ON_DEMAND',
  timeoutDurationMinutes: 10,
} as const;

/** Disks and S3 are encrypted with our key; nodes answer only the session-bound metadata service. */
const securityConfiguration = (keyArn: string) =>
  JSON.stringify({
    EncryptionConfiguration: {
      EnableInTransitEncryption: false,
      EnableAtRestEncryption: true,
      AtRestEncryptionConfiguration: {
        S3EncryptionConfiguration: { EncryptionMode: 'SSE-KMS', AwsKmsKey: keyArn },
        LocalDiskEncryptionConfiguration: {
          EncryptionKeyProviderType: 'AwsKms',
          AwsKmsKey: keyArn,
          EnableEbsEncryption: true,
        },
      },
    },
    InstanceMetadataServiceConfiguration: {
      MinimumInstanceMetadataServiceVersion: 2,
      HttpPutResponseHopLimit: 1,
    },
  });
