import {
  AutoscalingAttachment,
  Construct,
  ElasticBeanstalkApplicationVersion,
  ElasticBeanstalkEnvironment,
  Fn,
  IamInstanceProfile,
  S3Object,
} from '../cdktf.ts';
import { createHash } from 'node:crypto';
import type { Environment } from '../environments.ts';
import { grantPull, type Image } from '../images.ts';
import { splitVariables, workDir, type Variables } from '../process-environment.ts';
import { maximumReceives } from './queue-with-dead-letters.ts';
import { Role } from './role.ts';

/** Requests from the load balancer that ECS's services use too, or messages of one queue posted by sqsd. */
export type Tier =
  | {
      readonly kind: 'web';
      readonly balancerArn: string;
      readonly balancerGroupId: string;
      /** Gets the instances besides Beanstalk's own: the service's traffic comes by it. */
      readonly targetGroupArn: string;
      /** Of Beanstalk's own rule, which it insists on: a name that nobody asks. */
      readonly host: string;
      readonly healthPath: string;
    }
  | {
      readonly kind: 'worker';
      readonly queueUrl: string;
      readonly path: string;
      /** Messages of one instance at once. */
      readonly connections: number;
      /** That one message may take: sqsd has no heartbeat, so a dead instance's comes again only after it. */
      readonly longestSeconds: number;
    };

export interface BeanstalkEnvironmentProps {
  readonly environment: Environment;
  readonly application: string;
  readonly bundlesBucket: string;
  readonly keyArn: string;
  readonly serviceRoleArn: string;
  /** Unique, e.g. `backend` or `workers-imports`. */
  readonly name: string;
  readonly image: Image;
  /** The process in the image, as a shell starts it. */
  readonly command: string;
  readonly port: number;
  readonly variables: Variables;
  readonly tier: Tier;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly maximumInstances: number;
}

/** Docker on Amazon Linux 2023; Beanstalk's managed updates move on from it by themselves. */
const platform = 'Docker running on 64bit Amazon Linux 2023/4.7.2';
const instanceTypes = 't3.large,t3a.large';

interface Setting {
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
}
const settings = (namespace: string, values: Readonly<Record<string, string>>): readonly Setting[] =>
  Object.entries(values).map(([name, value]) => ({ namespace: `aws:${namespace}`, name, value }));

/** One environment of Elastic Beanstalk that runs the very image ECS would. */
export class BeanstalkEnvironment extends Construct {
  readonly instanceRole: Role;

  constructor(scope: Construct, id: string, props: BeanstalkEnvironmentProps) {
    super(scope, id);
    const { environment, name } = props;
    const fullName = `foretell-${environment.name}-${name}`;
    this.instanceRole = new Role(this, 'instances', {
      name: `${fullName}-beanstalk`,
      account: environment.account,
      description: `What the Beanstalk instances of ${name} may do`,
      services: ['ec2.amazonaws.com'],
      managedPolicies: [
        props.tier.kind === 'web'
          ? 'arn:aws:iam::aws:policy/AWSElasticBeanstalkWebTier'
          : 'arn:aws:iam::aws:policy/AWSElasticBeanstalkWorkerTier',
      ],
    });
    grantPull(props.image, this.instanceRole);
    const profile = new IamInstanceProfile(this, 'profile', {
      name: `${fullName}-beanstalk`,
      role: this.instanceRole.name,
    });
    const version = this.version(fullName, props);
    const { autoscalingGroups } = new ElasticBeanstalkEnvironment(this, 'environment', {
      name: `ft-${environment.short}-${name}`,
      application: props.application,
      platformArn: `arn:aws:elasticbeanstalk:${environment.region}::platform/${platform}`,
      tier: props.tier.kind === 'web' ? 'WebServer' : 'Worker',
      versionLabel: version,
      setting: [
        ...placing(props, profile.name),
        ...running(props),
        ...(props.tier.kind === 'web' ? webSettings(props.tier) : workerSettings(props.tier)),
      ],
      // Managed updates move it on.
      lifecycle: { ignoreChanges: ['platform_arn'] },
    });
    if (props.tier.kind === 'web')
      new AutoscalingAttachment(this, 'attachment', {
        autoscalingGroupName: String(Fn.element(autoscalingGroups, 0)),
        lbTargetGroupArn: props.tier.targetGroupArn,
      });
  }

  /** A bundle is one compose file that names the image by its digest; its name is its content. */
  private version(fullName: string, props: BeanstalkEnvironmentProps): string {
    const compose = composeFile(props);
    const hash = createHash('sha256')
      .update(`${Object.values(props.environment.images).join()}${compose}`)
      .digest('hex')
      .slice(0, 16);
    const bundle = new S3Object(this, 'bundle', {
      bucket: props.bundlesBucket,
      key: `beanstalk/${props.name}/${hash}/docker-compose.yml`,
      content: compose,
      contentType: 'application/yaml',
      // The version that runs goes after the next one runs.
      lifecycle: { createBeforeDestroy: true },
      serverSideEncryption: 'aws:kms',
      kmsKeyId: props.keyArn,
    });
    return new ElasticBeanstalkApplicationVersion(this, 'version', {
      name: `${fullName}-${hash}`,
      application: props.application,
      description: props.image.uri,
      bucket: props.bundlesBucket,
      key: bundle.key,
      lifecycle: { createBeforeDestroy: true },
    }).name;
  }
}

/** Beanstalk writes the environment's variables into .env; a secret of several fields arrives as its JSON. */
function composeFile({ name, image, command, port, variables }: BeanstalkEnvironmentProps): string {
  const exports = splitVariables(variables).secret.map(([variable, reference]) => {
    const { field } = secretParts(reference);
    return `export ${variable}="$$(node -p 'JSON.parse(process.env.${variable}).${field}')"`;
  });
  const script = [...exports, command].join('; ');
  return JSON.stringify(
    {
      services: {
        [name]: {
          image: image.uri,
          command: ['sh', '-c', script],
          ports: [`80:${port}`],
          env_file: ['.env'],
          read_only: true,
          user: 'node',
          init: true,
          stop_grace_period: '60s',
          tmpfs: ['/tmp'],
          volumes: [`work:${workDir}`],
        },
      },
      volumes: { work: {} },
    },
    null,
    2,
  );
}

/** `arn…:secret:name:field::`, as ECS writes it: Beanstalk takes the secret's ARN alone. */
function secretParts(reference: string): { readonly arn: string; readonly field: string } {
  const match = /^(.+):(\w+)::$/.exec(reference);
  if (!match?.[1] || !match[2]) throw new Error(`${reference} does not name a field of a secret`);
  return { arn: match[1], field: match[2] };
}

const placing = (props: BeanstalkEnvironmentProps, profile: string): readonly Setting[] => [
  ...settings('ec2:vpc', {
    VPCId: props.vpcId,
    Subnets: Fn.join(',', [...props.subnetIds]),
    AssociatePublicIpAddress: 'false',
    ...(props.tier.kind === 'web' ? { ELBSubnets: Fn.join(',', [...props.subnetIds]) } : {}),
  }),
  ...settings('ec2:instances', { InstanceTypes: instanceTypes }),
  ...settings('autoscaling:launchconfiguration', {
    IamInstanceProfile: profile,
    SecurityGroups: props.securityGroupIds.join(','),
    DisableIMDSv1: 'true',
    RootVolumeType: 'gp3',
    RootVolumeSize: '60',
  }),
  ...settings('autoscaling:asg', { MinSize: '1', MaxSize: String(props.maximumInstances) }),
  ...settings('autoscaling:trigger', {
    MeasureName: 'CPUUtilization',
    Unit: 'Percent',
    UpperThreshold: '60',
    LowerThreshold: '20',
  }),
];

function running({ environment, serviceRoleArn, variables }: BeanstalkEnvironmentProps): readonly Setting[] {
  const { plain, secret } = splitVariables(variables);
  return [
    ...settings('elasticbeanstalk:environment', { ServiceRole: serviceRoleArn }),
    ...settings('elasticbeanstalk:healthreporting:system', { SystemType: 'enhanced' }),
    ...settings('elasticbeanstalk:command', {
      DeploymentPolicy: 'RollingWithAdditionalBatch',
      BatchSizeType: 'Fixed',
      BatchSize: '1',
    }),
    ...settings('elasticbeanstalk:managedactions', {
      ManagedActionsEnabled: 'true',
      PreferredStartTime: 'Sun:04:00',
      ServiceRoleForManagedUpdates: serviceRoleArn,
    }),
    ...settings('elasticbeanstalk:managedactions:platformupdate', { UpdateLevel: 'minor' }),
    ...settings('elasticbeanstalk:cloudwatch:logs', {
      StreamLogs: 'true',
      DeleteOnTerminate: 'false',
      RetentionInDays: String(environment.logRetentionDays),
    }),
    ...settings('elasticbeanstalk:application:environment', {
      AWS_REGION: environment.region,
      ...Object.fromEntries(plain),
    }),
    ...settings(
      'elasticbeanstalk:application:environmentsecrets',
      Object.fromEntries(secret.map(([name, reference]) => [name, secretParts(reference).arn])),
    ),
  ];
}

/** On the load balancer that ECS's services are behind: moving a service moves no name and no certificate. */
const webSettings = (tier: Extract<Tier, { kind: 'web' }>): readonly Setting[] => [
  ...settings('elasticbeanstalk:environment', {
    EnvironmentType: 'LoadBalanced',
    LoadBalancerType: 'application',
    LoadBalancerIsShared: 'true',
  }),
  // Named, or Beanstalk puts a group of its own on a load balancer that is not its own.
  ...settings('elbv2:loadbalancer', {
    SharedLoadBalancer: tier.balancerArn,
    SecurityGroups: tier.balancerGroupId,
  }),
  ...settings('elbv2:listener:443', { Rules: 'service' }),
  ...settings('elbv2:listenerrule:service', { HostHeaders: tier.host, Priority: '1', Process: 'default' }),
  ...settings('elasticbeanstalk:environment:process:default', {
    Port: '80',
    Protocol: 'HTTP',
    HealthCheckPath: tier.healthPath,
    HealthCheckInterval: '10',
    DeregistrationDelay: '30',
  }),
];

const workerSettings = (tier: Extract<Tier, { kind: 'worker' }>): readonly Setting[] =>
  settings('elasticbeanstalk:sqsd', {
    WorkerQueueURL: tier.queueUrl,
    HttpPath: tier.path,
    MimeType: 'application/json',
    HttpConnections: String(tier.connections),
    VisibilityTimeout: String(tier.longestSeconds + 60),
    InactivityTimeout: String(tier.longestSeconds),
    ErrorVisibilityTimeout: '60',
    MaxRetries: String(maximumReceives),
  });
