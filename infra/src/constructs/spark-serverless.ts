import { Construct, EmrserverlessApplication, SecurityGroup, VpcSecurityGroupEgressRule } from '../cdktf.ts';
import type { SparkConfig } from '../environments.ts';
import { grantKeyUse } from './encryption-key.ts';
import { Role } from './role.ts';
import { emrRelease, type EngineAttributes, type SparkEngine, type SparkProps } from './spark-engine.ts';

/** EMR Serverless: starts by itself, stops when idle, never grows past its limit. */
export class SparkServerless extends Construct implements SparkEngine {
  readonly jobRole: Role;
  readonly attributes: EngineAttributes;

  constructor(
    scope: Construct,
    id: string,
    { environment, vpcId, subnetIds, keyArn }: SparkProps,
    config: Extract<SparkConfig, { kind: 'serverless' }>,
  ) {
    super(scope, id);
    const name = `foretell-${environment.name}`;
    const group = new SecurityGroup(this, 'group', {
      name: `${name}-spark`,
      description: 'Spark workers: nothing comes in',
      vpcId,
    });
    new VpcSecurityGroupEgressRule(this, 'https-out', {
      securityGroupId: group.id,
      description: 'To S3 and AWS',
      cidrIpv4: '0.0.0.0/0',
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
    });
    const application = new EmrserverlessApplication(this, 'application', {
      name,
      type: 'spark',
      releaseLabel: emrRelease,
      architecture: 'X86_64',
      autoStartConfiguration: { enabled: true },
      autoStopConfiguration: { enabled: true, idleTimeoutMinutes: config.idleMinutes },
      maximumCapacity: { cpu: `${config.maximumVcpus} vCPU`, memory: `${config.maximumMemoryGb} GB` },
      networkConfiguration: { subnetIds: [...subnetIds], securityGroupIds: [group.id] },
    });
    this.jobRole = new Role(this, 'jobs', {
      name: `${name}-spark-jobs`,
      account: environment.account,
      description: 'What Spark jobs may touch',
      services: ['emr-serverless.amazonaws.com'],
    });
    grantKeyUse(keyArn, this.jobRole);
    this.attributes = { kind: 'serverless', applicationId: application.id };
  }
}
