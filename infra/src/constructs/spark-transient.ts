import { Construct } from '../cdktf.ts';
import type { Environment, SparkConfig } from '../environments.ts';
import type { Role } from './role.ts';
import {
  emrRelease,
  forManagedPolicy,
  type EngineAttributes,
  type SparkEngine,
  type SparkProps,
} from './spark-engine.ts';
import { encryptedBetweenNodes, SparkNodes, whenNoSpot } from './spark-nodes.ts';

type TransientConfig = Extract<SparkConfig, { kind: 'transient' }>;
type TransientAttributes = Extract<EngineAttributes, { kind: 'transient' }>;

/** What EMR makes a cluster of for each run, which ends with it. The workers start it: here is no cluster. */
export class SparkTransient extends Construct implements SparkEngine {
  readonly jobRole: Role;
  readonly attributes: TransientAttributes;

  constructor(scope: Construct, id: string, props: SparkProps) {
    super(scope, id);
    const nodes = new SparkNodes(this, 'nodes', props);
    this.jobRole = nodes.jobRole;
    const { serviceRoleArn, profileArn, securityConfiguration, nodesGroupId, serviceGroupId } = nodes;
    this.attributes = {
      kind: 'transient',
      serviceRoleArn,
      profileArn,
      securityConfiguration,
      nodesGroupId,
      serviceGroupId,
    };
  }
}

/** By these the workers' clusters are told from those of other environments of the account. */
export const tagsOfRuns = ({ name }: Environment) => ({
  project: 'foretell',
  environment: name,
  'managed-by': 'workers',
  ...forManagedPolicy,
});

const instanceTypes = ({ workerInstances }: TransientConfig) =>
  workerInstances.map((InstanceType) => ({ InstanceType, WeightedCapacity: 1 }));

function instanceFleets(config: TransientConfig): readonly object[] {
  const { primaryInstance, coreUnits, maximumUnits } = config;
  const { allocationStrategy, timeoutAction, timeoutDurationMinutes } = whenNoSpot;
  const primary = {
    Name: 'primary',
    InstanceFleetType: 'MASTER',
    TargetOnDemandCapacity: 1,
    InstanceTypeConfigs: [{ InstanceType: primaryInstance }],
  };
  const core = {
    Name: 'core',
    InstanceFleetType: 'CORE',
    TargetOnDemandCapacity: coreUnits,
    InstanceTypeConfigs: instanceTypes(config),
  };
  const task = {
    Name: 'task',
    InstanceFleetType: 'TASK',
    TargetSpotCapacity: maximumUnits - coreUnits,
    InstanceTypeConfigs: instanceTypes(config),
    LaunchSpecifications: {
      SpotSpecification: {
        AllocationStrategy: allocationStrategy,
        TimeoutAction: timeoutAction,
        TimeoutDurationMinutes: timeoutDurationMinutes,
      },
    },
  };
  // EMR takes no fleet of nothing.
  return maximumUnits > coreUnits ? [primary, core, task] : [primary, core];
}

/** RunJobFlow's fields in JSON, without those that are the run's own: the workers' SPARK_CLUSTER. */
export function clusterOfRun(
  environment: Environment,
  config: TransientConfig,
  attributes: TransientAttributes,
  subnetIds: readonly string[],
): string {
  const { serviceRoleArn, profileArn, securityConfiguration, nodesGroupId, serviceGroupId } = attributes;
  return JSON.stringify({
    ReleaseLabel: emrRelease,
    ServiceRole: serviceRoleArn,
    JobFlowRole: profileArn,
    SecurityConfiguration: securityConfiguration,
    Configurations: [encryptedBetweenNodes],
    Tags: Object.entries(tagsOfRuns(environment)).map(([Key, Value]) => ({ Key, Value })),
    Instances: {
      Ec2SubnetIds: subnetIds,
      EmrManagedMasterSecurityGroup: nodesGroupId,
      EmrManagedSlaveSecurityGroup: nodesGroupId,
      ServiceAccessSecurityGroup: serviceGroupId,
      InstanceFleets: instanceFleets(config),
    },
  });
}
