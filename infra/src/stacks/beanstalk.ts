import {
  ElasticBeanstalkApplication,
  SecurityGroup,
  VpcSecurityGroupEgressRule,
  type Construct,
} from '../cdktf.ts';
import { BeanstalkEnvironment, type BeanstalkEnvironmentProps } from '../constructs/beanstalk-environment.ts';
import { Role, type Grantee } from '../constructs/role.ts';
import { SecureBucket } from '../constructs/secure-bucket.ts';
import type { Environment, ImageName } from '../environments.ts';
import { imageOf } from '../images.ts';
import { dashboardDomain } from '../names.ts';
import { backendVariables, workersVariables } from '../process-environment.ts';
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
    if (services.backend.runtime === 'beanstalk') this.backend(compute);
    if (services.workers.runtime === 'beanstalk') this.workers();
  }

  private backend(compute: ComputeStack): void {
    this.run('backend', (role) => grantBackend(role, this.around), {
      name: 'backend',
      command: 'node backend/src/main.ts',
      port: 4000,
      variables: backendVariables(this.around),
      tier: {
        kind: 'web',
        balancerArn: compute.of(this).front_arn,
        host: dashboardDomain(this.environment),
        healthPath: '/healthz',
      },
    });
  }

  private workers(): void {
    for (const [queue, { attributes }] of Object.entries(this.around.messaging.queues))
      this.run('workers', (role) => grantWorkers(role, this.around), {
        name: `workers-${queue}`,
        command: 'node workers/src/beanstalk.ts',
        port: 4002,
        variables: workersVariables(this.around),
        tier: { kind: 'worker', queueUrl: attributes.url, path: '/messages', connections: 2 },
      });
  }

  private run(
    image: ImageName & keyof Environment['services'],
    grant: (role: Grantee) => void,
    props: Pick<BeanstalkEnvironmentProps, 'name' | 'command' | 'port' | 'variables' | 'tier'>,
  ): void {
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
  }
}
