import {
  Construct,
  EmrCluster,
  EmrInstanceFleet,
  EmrManagedScalingPolicy,
  EmrSecurityConfiguration,
  IamInstanceProfile,
  SecurityGroup,
  VpcSecurityGroupEgressRule,
} from '../cdktf.ts';
import type { SparkConfig } from '../environments.ts';
import { sparkPrefixes } from './data-lake.ts';
import { grantDiskEncryption, grantKeyUse } from './encryption-key.ts';
import { Role } from './role.ts';
import { emrRelease, forManagedPolicy, type SparkEngine, type SparkProps } from './spark-engine.ts';

type ClusterConfig = Extract<SparkConfig, { kind: 'cluster' }>;

/** EMR on EC2: a primary, on-demand core nodes, spot task nodes by demand; ends itself when idle. */
export class SparkCluster extends Construct implements SparkEngine {
  readonly jobRole: Role;
  readonly id: string;

  constructor(scope: Construct, id: string, props: SparkProps, config: ClusterConfig) {
    super(scope, id);
    const name = `foretell-${props.environment.name}`;
    this.jobRole = new Role(this, 'jobs', {
      name: `${name}-spark-nodes`,
      account: props.environment.account,
      description: 'What the nodes of the Spark cluster may touch',
      services: ['ec2.amazonaws.com'],
    });
    grantKeyUse(props.keyArn, this.jobRole);
    const cluster = this.cluster(props, config);
    new EmrInstanceFleet(this, 'task-fleet', {
      clusterId: cluster.id,
      name: 'task',
      targetOnDemandCapacity: 0,
      targetSpotCapacity: 0,
      instanceTypeConfigs: instanceTypes(config),
      launchSpecifications: {
        spotSpecification: [
          {
            allocationStrategy: 'price-capacity-optimized',
            timeoutAction: 'SWITCH_TO_ON_DEMAND',
            timeoutDurationMinutes: 10,
          },
        ],
      },
      // Managed scaling moves these.
      lifecycle: { ignoreChanges: ['target_spot_capacity', 'target_on_demand_capacity'] },
    });
    new EmrManagedScalingPolicy(this, 'scaling', {
      clusterId: cluster.id,
      computeLimits: [
        {
          unitType: 'InstanceFleetUnits',
          minimumCapacityUnits: config.coreUnits,
          maximumCapacityUnits: config.maximumUnits,
          maximumOndemandCapacityUnits: config.coreUnits,
          maximumCoreCapacityUnits: config.coreUnits,
        },
      ],
    });
    this.id = cluster.id;
  }

  private cluster(props: SparkProps, config: ClusterConfig): EmrCluster {
    const { environment, keyArn, lake } = props;
    const name = `foretell-${environment.name}`;
    const groups = this.securityGroups(props);
    const security = new EmrSecurityConfiguration(this, 'security', {
      name: `${name}-spark`,
      configuration: securityConfiguration(keyArn),
    });
    return new EmrCluster(this, 'cluster', {
      name,
      releaseLabel: emrRelease,
      applications: ['Spark'],
      serviceRole: this.serviceRole(props).arn,
      securityConfiguration: security.name,
      logUri: `s3://${lake.attributes.name}/${sparkPrefixes.logs}`,
      terminationProtection: false,
      keepJobFlowAliveWhenNoSteps: true,
      autoTerminationPolicy: { idleTimeout: config.idleMinutes * 60 },
      stepConcurrencyLevel: 4,
      tags: forManagedPolicy,
      ec2Attributes: {
        subnetIds: [...props.subnetIds],
        instanceProfile: new IamInstanceProfile(this, 'profile', {
          name: `${name}-spark-nodes`,
          role: this.jobRole.name,
        }).arn,
        ...groups,
      },
      masterInstanceFleet: {
        name: 'primary',
        targetOnDemandCapacity: 1,
        instanceTypeConfigs: [{ instanceType: config.primaryInstance }],
      },
      coreInstanceFleet: {
        name: 'core',
        targetOnDemandCapacity: config.coreUnits,
        instanceTypeConfigs: instanceTypes(config),
      },
      configurationsJson: JSON.stringify([
        {
          Classification: 'spark-defaults',
          // Between nodes too, nothing travels in the clear.
          Properties: {
            'spark.authenticate': 'true',
            'spark.network.crypto.enabled': 'true',
            'spark.io.encryption.enabled': 'true',
          },
        },
      ]),
    });
  }

  private serviceRole({ environment, keyArn }: SparkProps): Role {
    const role = new Role(this, 'service', {
      name: `foretell-${environment.name}-emr-service`,
      account: environment.account,
      description: 'Lets EMR make and end the nodes of its cluster',
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

  /** EMR fills the managed groups with its own rules; they start without any. */
  private securityGroups({ environment: { name }, vpcId }: SparkProps) {
    const group = (part: string, description: string) =>
      new SecurityGroup(this, `${part}-group`, {
        name: `foretell-${name}-spark-${part}`,
        description,
        vpcId,
        revokeRulesOnDelete: true,
        tags: forManagedPolicy,
        lifecycle: { ignoreChanges: ['ingress', 'egress'] },
      });
    const nodes = group('nodes', 'Nodes of the Spark cluster');
    const service = group('service', 'EMR itself, talking to the nodes');
    new VpcSecurityGroupEgressRule(this, 'https-out', {
      securityGroupId: nodes.id,
      description: 'To S3 and AWS',
      cidrIpv4: '0.0.0.0/0',
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
    });
    return {
      emrManagedMasterSecurityGroup: nodes.id,
      emrManagedSlaveSecurityGroup: nodes.id,
      serviceAccessSecurityGroup: service.id,
    };
  }
}

const instanceTypes = ({ workerInstances }: ClusterConfig) =>
  workerInstances.map((instanceType) => ({
    instanceType,
    weightedCapacity: 1,
    bidPriceAsPercentageOfOnDemandPrice: 100,
  }));

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
