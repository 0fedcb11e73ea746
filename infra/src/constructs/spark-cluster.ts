import { Construct, EmrCluster, EmrInstanceFleet, EmrManagedScalingPolicy } from '../cdktf.ts';
import type { SparkConfig } from '../environments.ts';
import { sparkPrefixes } from './data-lake.ts';
import type { Role } from './role.ts';
import {
  emrRelease,
  forManagedPolicy,
  type EngineAttributes,
  type SparkEngine,
  type SparkProps,
} from './spark-engine.ts';
import { encryptedBetweenNodes, SparkNodes, whenNoSpot } from './spark-nodes.ts';

type ClusterConfig = Extract<SparkConfig, { kind: 'cluster' }>;

/** EMR on EC2: a primary, on-demand core nodes, spot task nodes by demand; ends itself when idle. */
export class SparkCluster extends Construct implements SparkEngine {
  readonly jobRole: Role;
  readonly attributes: EngineAttributes;

  constructor(scope: Construct, id: string, props: SparkProps, config: ClusterConfig) {
    super(scope, id);
    const nodes = new SparkNodes(this, 'nodes', props);
    this.jobRole = nodes.jobRole;
    const cluster = this.cluster(props, config, nodes);
    if (config.maximumUnits > config.coreUnits) this.taskFleet(cluster.id, config);
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
    this.attributes = { kind: 'cluster', clusterId: cluster.id };
  }

  private taskFleet(clusterId: string, config: ClusterConfig): void {
    const { allocationStrategy, timeoutAction, timeoutDurationMinutes } = whenNoSpot;
    new EmrInstanceFleet(this, 'task-fleet', {
      clusterId,
      name: 'task',
      targetOnDemandCapacity: 0,
      // EMR takes no fleet of nothing.
      targetSpotCapacity: 1,
      instanceTypeConfigs: instanceTypes(config),
      launchSpecifications: {
        spotSpecification: [{ allocationStrategy, timeoutAction, timeoutDurationMinutes }],
      },
      // Managed scaling moves these.
      lifecycle: { ignoreChanges: ['target_spot_capacity', 'target_on_demand_capacity'] },
    });
  }

  private cluster({ environment, lake, subnetIds }: SparkProps, config: ClusterConfig, nodes: SparkNodes) {
    return new EmrCluster(this, 'cluster', {
      name: `foretell-${environment.name}`,
      releaseLabel: emrRelease,
      applications: ['Spark'],
      serviceRole: nodes.serviceRoleArn,
      securityConfiguration: nodes.securityConfiguration,
      logUri: `s3://${lake.attributes.name}/${sparkPrefixes.logs}`,
      terminationProtection: false,
      keepJobFlowAliveWhenNoSteps: true,
      autoTerminationPolicy: { idleTimeout: config.idleMinutes * 60 },
      stepConcurrencyLevel: 4,
      tags: forManagedPolicy,
      ec2Attributes: {
        subnetIds: [...subnetIds],
        instanceProfile: nodes.profileArn,
        emrManagedMasterSecurityGroup: nodes.nodesGroupId,
        emrManagedSlaveSecurityGroup: nodes.nodesGroupId,
        serviceAccessSecurityGroup: nodes.serviceGroupId,
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
      configurationsJson: JSON.stringify([encryptedBetweenNodes]),
    });
  }
}

const instanceTypes = ({ workerInstances }: ClusterConfig) =>
  workerInstances.map((instanceType) => ({
    instanceType,
    weightedCapacity: 1,
    bidPriceAsPercentageOfOnDemandPrice: 100,
  }));
