import { queueNames } from '@foretell/core/contracts/messages';
import {
  ElasticBeanstalkApplication,
  SecurityGroup,
  VpcSecurityGroupEgressRule,
  VpcSecurityGroupIngressRule,
  type Construct,
} from '../cdktf.ts';
import { BeanstalkEnvironment, type BeanstalkEnvironmentProps } from '../constructs/beanstalk-environment.ts';
import { Role, type Grantee } from '../constructs/role.ts';
import { SecureBucket } from '../constructs/secure-bucket.ts';
import { runsOn, type Environment, type ImageName } from '../environments.ts';
import { imageOf } from '../images.ts';
import { dashboardDomain } from '../names.ts';
import { backendVariables, workersVariables } from '../process-environment.ts';
import { holdsJobs } from '../queue-work.ts';
import { grantBackend, grantWorkers } from '../service-grants.ts';
import { surroundingsOf, type StacksBelow, type Surroundings } from './below.ts';
import type { ComputeStack } from './compute.ts';
import { EnvironmentStack } from './environment-stack.ts';

/**
 * Elastic Beanstalk: the application is always there, an environment only of a service whose `runtime` says so. The
 * worker tier has one environment a queue, since sqsd reads one.
 */
export class BeanstalkStack extends EnvironmentStack {
  private readonly around: Surroundings;
  private readonly shared: Pick<
    BeanstalkEnvironmentProps,
    'environment' | 'application' | 'bundlesBucket' | 'keyArn' | 'serviceRoleArn' | 'vpcId' | 'subnetIds'
  >;

  constructor(scope: Construct, environment: Environment, below: StacksBelow, compute: ComputeStack) {
    super(scope, 'beanstalk', environment);
    const { name, account, services } = environment;
    this.around = surroundingsOf(this, below);
    const { keyArn, vpcId, privateSubnetIds: subnetIds } = this.around.foundation;
    const serviceRole = new Role(this, 'service-role', {
      name: `foretell-${name}-beanstalk-service`,
      account,
      description: 'Lets Elastic Beanstalk watch and update its environments',
      services: ['elasticbeanstalk.amazonaws.com'],
      managedPolicies: [
        'arn:aws:iam::aws:policy/service-role/AWSElasticBeanstalkEnhancedHealth',
        'arn:aws:iam::aws:policy/AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy',
      ],
    });
    const bundles = new SecureBucket(this, 'bundles', {
      name: `foretell-${name}-bundles-${account}`,
      keyArn,
      preventDestroy: false,
      lifecycle: [{ id: 'old-bundles', expireOldVersionsAfterDays: 30 }],
    });
    const application = new ElasticBeanstalkApplication(this, 'application', {
      name: `foretell-${name}`,
      description: 'Services of Foretell that are not on ECS yet',
      appversionLifecycle: { serviceRole: serviceRole.arn, maxCount: 50, deleteSourceFromS3: true },
    });
    this.shared = {
      environment,
      application: application.name,
      bundlesBucket: bundles.name,
      keyArn,
      serviceRoleArn: serviceRole.arn,
      vpcId,
      subnetIds,
    };
    if (runsOn(services.backend, 'beanstalk')) this.backend(compute);
    if (runsOn(services.workers, 'beanstalk')) this.workers();
  }

  private backend(compute: ComputeStack): void {
    const { front_arn, front_group_id, beanstalk_target_group_arn } = compute.of(this);
    if (beanstalk_target_group_arn === undefined)
      throw new Error('compute has no target group for Beanstalk');
    const groupId = this.run('backend', (role) => grantBackend(role, this.around), {
      name: 'backend',
      // Nothing else migrates here: on ECS a release does it before it moves traffic.
      command: 'node backend/src/migrate.ts && exec node backend/src/main.ts',
      port: 4000,
      variables: backendVariables(this.around),
      tier: {
        kind: 'web',
        balancerArn: front_arn,
        balancerGroupId: front_group_id,
        targetGroupArn: beanstalk_target_group_arn,
        host: `beanstalk.${dashboardDomain(this.environment)}`,
        healthPath: '/healthz',
      },
    });
    new VpcSecurityGroupIngressRule(this, 'http-in-backend', {
      securityGroupId: groupId,
      description: 'From the load balancer',
      referencedSecurityGroupId: front_group_id,
      ipProtocol: 'tcp',
      fromPort: 80,
      toPort: 80,
    });
  }

  private workers(): void {
    for (const queue of queueNames)
      this.run('workers', (role) => grantWorkers(role, this.around), {
        name: `workers-${queue}`,
        command: 'exec node workers/src/beanstalk.ts',
        port: 4002,
        variables: { ...workersVariables(this.around), PORT: '4002' },
        tier: {
          kind: 'worker',
          queueUrl: this.around.messaging.queues[queue].attributes.url,
          path: '/messages',
          connections: holdsJobs[queue] ? 2 : 10,
          longestSeconds: holdsJobs[queue] ? 3 * 3600 : 240,
        },
      });
  }

  /** The security group of its instances. */
  private run(
    image: ImageName & keyof Environment['services'],
    grant: (role: Grantee) => void,
    props: Pick<BeanstalkEnvironmentProps, 'name' | 'command' | 'port' | 'variables' | 'tier'>,
  ): string {
    const { foundation, data } = this.around;
    const group = new SecurityGroup(this, `group-${props.name}`, {
      name: `foretell-${this.environment.name}-${props.name}-beanstalk`,
      description: `Beanstalk instances of ${props.name}`,
      vpcId: foundation.vpcId,
    });
    new VpcSecurityGroupEgressRule(this, `https-out-${props.name}`, {
      securityGroupId: group.id,
      description: 'To AWS, and to where imports come from',
      cidrIpv4: '0.0.0.0/0',
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
    });
    const { instanceRole } = new BeanstalkEnvironment(this, `environment-${props.name}`, {
      ...this.shared,
      ...props,
      image: imageOf(this.environment, foundation.repositoryUrls, image),
      securityGroupIds: [group.id, data.database.attributes.clientsGroupId],
      maximumInstances: this.environment.services[image].maximumTasks,
    });
    grant(instanceRole);
    data.database.grantPassword(instanceRole);
    return group.id;
  }
}
